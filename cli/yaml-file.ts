import { readFileSync, writeFileSync } from 'node:fs'
import { wholeFile } from '../journal/files/whole-file.ts'
import { codeOf, messageOf } from '../journal/problem.ts'

// The one file that imports the YAML library, and only where there is something to read or write.

export async function readYaml(name: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(readFileSync(name, 'utf8')) as unknown
}

/** What is wrong with a file that could not be read, in one line. */
export function unreadYaml(name: string, error: unknown): string {
  if (codeOf(error) === 'ENOENT') return `${name}: there is no such file`
  const [first] = messageOf(error).trim().split('\n')
  return `${name}: expected a file of YAML: ${first!.replace(/:$/, '')}`
}

/** With a comment at its head. The file is there whole or as it was before. */
export async function writeYaml(name: string, comment: string, value: unknown): Promise<void> {
  const { Document } = await import('yaml')
  const document = new Document(value)
  document.commentBefore = comment
  const { path, mode, done, drop } = wholeFile(name)
  try {
    writeFileSync(path, document.toString(), { mode })
    done()
  } catch (error) {
    drop()
    throw error
  }
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs'

// The one file that imports the YAML library, and only where there is something to read or write.

export async function readYaml(name: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(readFileSync(name, 'utf8')) as unknown
}

/** With a comment at its head. The file is there whole or as it was before. */
export async function writeYaml(name: string, comment: string, value: unknown): Promise<void> {
  const { Document } = await import('yaml')
  const document = new Document(value)
  document.commentBefore = comment
  const written = `${name}.new`
  writeFileSync(written, document.toString())
  renameSync(written, name)
}

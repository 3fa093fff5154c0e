import { readFileSync } from 'node:fs'

/** The one file that imports the YAML library, and only where there is something to read. */
export async function readYaml(name: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(readFileSync(name, 'utf8')) as unknown
}

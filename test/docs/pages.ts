import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Page {
  /** Its path from the root of the repository. */
  path: string
  text: string
  blocks: readonly Block[]
}

/** What stands between two fences. */
export interface Block {
  language: string
  text: string
  /** Where its first line stands in the page. */
  line: number
}

const FOLDERS = ['.', 'docs', 'docs/decisions', 'deploy', 'examples', '.changes']

/** What people read; CHANGELOG.md tells of what was. */
export const PAGES: readonly Page[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
    .map((name) => pageAt(join(folder, name))),
)

export function pageAt(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return { path, text, blocks: blocksOf(text) }
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let open: { language: string; line: number; lines: string[] } | null = null
  for (const [i, line] of text.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line)
    if (open === null && fence !== null) open = { language: fence[1]!, line: i + 2, lines: [] }
    else if (open !== null && fence !== null) {
      blocks.push({ language: open.language, line: open.line, text: open.lines.join('\n') })
      open = null
    } else open?.lines.push(line)
  }
  return blocks
}

export interface ShellCommand {
  text: string
  /** `docs/ci.md:14` */
  place: string
}

/** The commands of a page in their order; one that goes on behind a backslash is one. */
export function shellCommands({ path, blocks }: Page): ShellCommand[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text, line }) => {
      const commands: ShellCommand[] = []
      let begun = ''
      for (const [i, one] of text.split('\n').entries()) {
        begun += one
        if (one.endsWith('\\')) begun += '\n'
        else {
          if (!/^\s*(#|$)/.test(begun)) commands.push({ text: begun, place: `${path}:${line + i}` })
          begun = ''
        }
      }
      return commands
    })
}

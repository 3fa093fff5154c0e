import type { Command } from '../command.ts'
import type { ListedCommand } from '../commands.ts'
import type { Setting } from '../settings.ts'

// What a shell may offer, told from the same tables that parse it.

export interface Vocabulary {
  commands: readonly CommandWords[]
}

export interface CommandWords {
  name: string
  summary: string
  flags: readonly Flag[]
  /** What may stand behind the command without a flag, in its order. */
  words: readonly Flag[]
}

export interface Flag {
  name: string
  short: string | undefined
  /** What it takes behind it. */
  takes: 'nothing' | 'value' | 'file' | 'folder'
  /** `HOST:PORT`; empty where it takes nothing. */
  expects: string
  /** All its values, where they are few; otherwise none. */
  choices: readonly string[]
  /** `several`: more than one value may follow it. */
  times: 'once' | 'several'
  /** The first clause of its help. */
  summary: string
}

export async function vocabularyOf(
  commands: Readonly<Record<string, ListedCommand>>,
): Promise<Vocabulary> {
  const all = Object.entries(commands).map(async ([name, { summary, load }]) =>
    wordsOf(name, summary, await load()),
  )
  return { commands: await Promise.all(all) }
}

function wordsOf(name: string, summary: string, { settings, words = [] }: Command): CommandWords {
  const flags = Object.entries(settings).map(([flag, setting]) => flagOf(flag, setting))
  const known = [...flags, ...EVERYWHERE]
  const unnamed = words.map((word) => flags.find((flag) => flag.name === word)!)
  return { name, summary, flags: known, words: unnamed }
}

function flagOf(name: string, setting: Setting<unknown>): Flag {
  const { expects = '', short, choices = [], repeated, help } = setting
  return {
    ...{ name, short, expects, choices },
    takes: setting.expects === undefined ? 'nothing' : kindOf(expects),
    times: repeated ? 'several' : 'once',
    summary: firstClause(help),
  }
}

function kindOf(expects: string): Flag['takes'] {
  if (expects === 'DIR') return 'folder'
  return /^FILE\b/.test(expects) ? 'file' : 'value'
}

/** A line of a menu has room for so many characters. */
const WIDEST = 80

function firstClause(help: string): string {
  const [clause = ''] = help.split(/\n|; |: /)
  return clause.length <= WIDEST ? clause : `${clause.slice(0, WIDEST - 1).trimEnd()}…`
}

/** What every command takes besides its own: main.ts reads them. */
const EVERYWHERE: readonly Flag[] = [
  flagOf('config', { expects: 'FILE', help: 'the file of settings', parse: String }),
  { ...flagOf('help', { help: 'its settings and what it does', parse: String }), short: 'h' },
]

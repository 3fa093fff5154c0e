import type { Command } from './command.ts'
import type { ListedCommand } from './commands.ts'
import { envName, type Setting } from './settings.ts'

/** What `reprise --help` prints. */
export function overview(commands: Readonly<Record<string, ListedCommand>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(
    ([name, command]) => `  ${name.padEnd(width)}  ${command.summary}`,
  )
  return `reprise records the requests that change a backend, and plays them again.

Usage: reprise COMMAND [SETTINGS]

${lines.join('\n')}

To begin:
  reprise up                                   all of it, with a backend that forgets to try it on
  reprise up --target http://127.0.0.1:3000    all of it, in front of a backend of yours
  reprise replay                               asks what is to be sent again, and to where

'reprise COMMAND --help' shows the settings of one, and examples. Each can be a flag (--target URL),
an environment variable (REPRISE_TARGET), or a line in reprise.yaml (target: URL; another file with
--config FILE); a flag goes before the environment, and that before the file.

Exit codes: 0 done, 1 something failed, 2 wrong settings (nothing was done), 3 answers differ from what
was recorded, 4 something that it needs is not there; 130 interrupted. Each command says more of its own.
`
}

/** What `reprise COMMAND --help` prints. */
export function commandHelp(name: string, summary: string, command: Command): string {
  const settings = groupsOf(command).map(([heading, all]) => {
    const shown = all.map(([flag, setting]) => settingHelp(flag, setting)).join('\n')
    return heading === '' ? shown : `${heading}:\n${shown}`
  })
  const details = command.details === undefined ? '' : `\n${command.details.trim()}\n`
  return `${summary}\n\nUsage: ${usageOf(name, command)}\n\n${settings.join('\n\n')}\n${details}`
}

/** `reprise ci FILE [SETTINGS] -- COMMAND`, `reprise runs [RUN] [SETTINGS]` */
export function usageOf(name: string, command: Command): string {
  const words = (command.words ?? []).map((word) => {
    const mayLack = command.wordsMayLack ?? command.settings[word]!.fallback !== undefined
    return mayLack ? `[${word.toUpperCase()}] ` : `${word.toUpperCase()} `
  })
  const behind = command.behind === undefined ? '' : ` -- ${command.behind.toUpperCase()}`
  return `reprise ${name} ${words.join('')}[SETTINGS]${behind}`
}

type Listed = readonly [flag: string, setting: Setting<unknown>]

/** By their headings in the order in which they come; first those without one. */
export function groupsOf({ settings }: Command): [heading: string, all: Listed[]][] {
  const groups = new Map<string, Listed[]>([['', []]])
  for (const [flag, setting] of Object.entries(settings)) {
    const heading = setting.group ?? ''
    groups.set(heading, [...(groups.get(heading) ?? []), [flag, setting]])
  }
  return [...groups].filter(([, all]) => all.length > 0)
}

function settingHelp(flag: string, setting: Setting<unknown>): string {
  const short = setting.short === undefined ? '' : `-${setting.short}, `
  const head = `  ${short}--${flag}${setting.expects === undefined ? '' : ` ${setting.expects}`}`
  const fallback = defaultOf(setting)
  const notes = [
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
    ...(setting.repeated
      ? [`several: A B${setting.separator === undefined ? ' or A,B' : ''}`]
      : []),
    [envName(flag), setting.env].filter((one) => one !== undefined).join(' or '),
  ]
  return [
    head,
    ...setting.help.split('\n').flatMap(wrapped),
    ...wrapped(`(${notes.join('; ')})`),
  ].join('\n      ')
}

/** Lines of at most so many characters, as far as words allow. */
const WIDTH = 94

function wrapped(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** What is told of the value that a setting has where nothing is given; undefined where it has none. */
export function defaultOf({ fallback, fallbackText }: Setting<unknown>): string | undefined {
  if (fallbackText !== undefined) return fallbackText
  if (fallback === undefined || fallback === false) return undefined
  if (typeof fallback === 'string' || typeof fallback === 'number') return String(fallback)
  return undefined
}

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

'reprise COMMAND --help' shows the settings of one. Each can be a flag (--target URL), an
environment variable (REPRISE_TARGET), or a line in reprise.yaml (target: URL; another file with
--config FILE); a flag goes before the environment, and that before the file.
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

/** `reprise ci FILE [SETTINGS] -- COMMAND` */
export function usageOf(name: string, command: Command): string {
  const words = (command.words ?? []).map((word) => `${word.toUpperCase()} `).join('')
  const behind = command.behind === undefined ? '' : ` -- ${command.behind.toUpperCase()}`
  return `reprise ${name} ${words}[SETTINGS]${behind}`
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

import { VERSION } from '../version.ts'
import type { CommandWords, Flag, Vocabulary } from './vocabulary.ts'

/** For fish: ~/.config/fish/completions/reprise.fish, or sourced. */
export function fishCompletion({ commands }: Vocabulary): string {
  return `# fish completion of reprise ${VERSION}: reprise completion fish
complete -c reprise -f
complete -c reprise -n __fish_use_subcommand -l help -d 'all commands'
complete -c reprise -n __fish_use_subcommand -l version -d 'which one it is'
${[...commands, HELP].map(commandLine).join('\n')}
${commands.map(flagLines).join('\n')}
`
}

const HELP = { name: 'help', summary: 'the same as --help' }

function commandLine({ name, summary }: Pick<CommandWords, 'name' | 'summary'>): string {
  return `complete -c reprise -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`
}

function flagLines({ name, flags, words }: CommandWords): string {
  const here = `complete -c reprise -n '__fish_seen_subcommand_from ${name}'`
  const [first] = words
  const choices = first?.choices ?? []
  return [
    ...(choices.length === 0 ? [] : [`${here} -a ${quoted(choices.join(' '))}`]),
    ...flags.map((flag) => `${here} ${optionOf(flag)}`),
  ].join('\n')
}

function optionOf({ name, short, takes, choices, summary }: Flag): string {
  const parts = [
    ...(short === undefined ? [] : [`-s ${short}`]),
    `-l ${name}`,
    ...ANSWERS[takes](choices),
    `-d ${quoted(summary)}`,
  ]
  return parts.join(' ')
}

const ANSWERS: Readonly<Record<Flag['takes'], (choices: readonly string[]) => string[]>> = {
  nothing: () => [],
  value: (choices) => ['-x', ...(choices.length === 0 ? [] : [`-a ${quoted(choices.join(' '))}`])],
  file: () => ['-r -F'],
  folder: () => ["-x -a '(__fish_complete_directories)'"],
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`
}

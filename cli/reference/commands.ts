import { EXIT } from '../command.ts'
import { groupsOf, usageOf } from '../help.ts'
import { prose, type ReferredCommand } from './configuration.ts'

/** What `--help` says of every command, as Markdown; settings are told in configuration.md. */
export function commandsPage(commands: readonly ReferredCommand[]): string {
  const rows = commands.map(({ name, summary }) => `| [${name}](#${name}) | ${prose(summary)} |`)
  return `${HEAD}\n${rows.join('\n')}\n\n${EXITS}\n\n${commands.map(section).join('\n\n')}\n`
}

const HEAD = `<!-- Made by \`npm run generate:docs\` from the commands themselves: change those. -->

# Commands

\`reprise COMMAND --help\` says all of this on the terminal, and all about each setting.

| command | what it is for |
|---|---|`

const EXITS = `## Exit codes

The same for all commands; what each of them means by it stands with the command.

| code | |
|---|---|
| ${EXIT.ok} | done, and as it should be |
| ${EXIT.failed} | a request failed, a run ended early, or what was looked for is not as it must be |
| ${EXIT.usage} | wrong settings: nothing was done |
| ${EXIT.differs} | all was answered, but not all as recorded |
| ${EXIT.unavailable} | something that it needs is not there: PostgreSQL, an address, a stream ([Errors](errors.md)) |
| ${EXIT.notFailed} | what was to fail again did not fail |
| ${EXIT.interrupted} | interrupted |`

function section({ name, summary, command }: ReferredCommand): string {
  const details = command.details?.replace(/^\n+|\s+$/g, '')
  const settings = groupsOf(command).map(([heading, all]) => {
    const links = all.map(([flag]) => `[${flag}](configuration.md#${flag})`).join(', ')
    return `${heading === '' ? 'Settings' : prose(heading)}: ${links}.`
  })
  return [
    `## ${name}`,
    `${prose(summary.charAt(0).toUpperCase() + summary.slice(1))}.`,
    fenced(usageOf(name, command)),
    ...(details === undefined ? [] : [fenced(details)]),
    ...settings,
  ].join('\n\n')
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``
}

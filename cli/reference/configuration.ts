import type { Command } from '../command.ts'
import { defaultOf } from '../help.ts'
import { envName, type Setting } from '../settings.ts'

// docs/configuration.md and docs/commands.md are made of the tables that parse what they describe;
// test/cli/reference.test.ts keeps them so.

export interface ReferredCommand {
  name: string
  summary: string
  command: Command
}

/** What a setting is for some commands; others may have one of the same name that is otherwise. */
interface Sense {
  setting: Setting<unknown>
  commands: string[]
}

const OWN = 'Of single commands'

/** Every setting with its flag, variable and key, as Markdown. */
export function configurationPage(commands: readonly ReferredCommand[]): string {
  const groups = new Map<string, [name: string, senses: Sense[]][]>()
  for (const [name, senses] of sensesByName(commands)) {
    const group = senses.find(({ setting }) => setting.group)?.setting.group ?? OWN
    groups.set(group, [...(groups.get(group) ?? []), [name, senses]])
  }
  const [own, ...others] = [...groups].sort(([a], [b]) => Number(b === OWN) - Number(a === OWN))
  const sections = [...others, own!].map(([heading, settings]) =>
    [`## ${heading}`, ...settings.map(([name, senses]) => section(name, senses))].join('\n\n'),
  )
  return `${HEAD}\n\n${sections.join('\n\n')}\n`
}

const HEAD = `<!-- Made by \`npm run generate:docs\` from the tables that parse the settings: change those. -->

# Configuration

Every setting can be given in three ways: as a flag, as an environment variable, or as a line of \`reprise.yaml\`
in the working folder (\`--config FILE\` or \`REPRISE_CONFIG\` name another file). A flag goes before the
environment, the environment before the file, the file before the default. All that is wrong is told at once, before
anything is done (exit code 2), and so is a flag or a key that no command knows.

\`\`\`yaml
# reprise.yaml: one file for all commands; each takes what it knows
target: http://127.0.0.1:3000
stream: shop
durability: intent
exclude-paths: [/metrics, /api/search/*]
idle-timeout: 5m
\`\`\`

An empty variable counts as absent. Lists have commas in a variable (or what the text says parts them), and may be given
several times as a flag (\`--method POST PUT\`). A switch takes no value as a flag; in a variable or a file it is
\`true\` or \`false\`.

| what is written | means |
|---|---|
| TIME | a number with its unit: \`500ms\`, \`10s\`, \`2m\`, \`1h\`, \`7d\` |
| SIZE | bytes, or with a unit: \`65536\`, \`512KB\`, \`64MB\`, \`1GB\` (of 1024) |
| PATH | a path as it stands in the request, without the query; \`*\` stands for anything |
| STATUS | \`404\`, \`5xx\`, \`400-499\` |
| N | a whole number |

What one command takes stands in [Commands](commands.md).`

function sensesByName(commands: readonly ReferredCommand[]): Map<string, Sense[]> {
  const byName = new Map<string, Sense[]>()
  for (const { name, command } of commands) {
    for (const [flag, setting] of Object.entries(command.settings)) {
      const senses = byName.get(flag) ?? []
      byName.set(flag, senses)
      const same = senses.find((one) => whatIsSaid(one.setting) === whatIsSaid(setting))
      if (same === undefined) senses.push({ setting, commands: [name] })
      else same.commands.push(name)
    }
  }
  return byName
}

function whatIsSaid(setting: Setting<unknown>): string {
  const { expects, help, repeated } = setting
  return JSON.stringify([expects, help, repeated, defaultOf(setting)])
}

function section(name: string, senses: readonly Sense[]): string {
  const { env, short } = senses[0]!.setting
  const flags = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map(code).join(', ')
  const variables = [envName(name), ...(env === undefined ? [] : [env])].map(code).join(' or ')
  const where = `Flag ${flags}, variable ${variables}, key ${code(name)}.`
  return [`### ${name}`, where, ...senses.map(sense)].join('\n\n')
}

function sense({ setting, commands }: Sense): string {
  const { expects, help, repeated, separator } = setting
  const fallback = defaultOf(setting)
  const facts = [
    `- Value: ${expects === undefined ? 'none, a switch' : code(expects)}${repeated ? `, several${separator === undefined ? '' : ', not parted by commas'}` : ''}`,
    ...(fallback === undefined ? [] : [`- Default: ${told(fallback)}`]),
    `- Of ${commands.map(code).join(', ')}`,
  ]
  return `${sentence(prose(help))}\n\n${facts.join('\n')}`
}

/** A default that is a word of explanation stays one. */
function told(fallback: string): string {
  return /\s/.test(fallback) ? prose(fallback) : code(fallback)
}

function code(text: string): string {
  return `\`${text}\``
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.:]$/.test(whole) ? whole : `${whole}.`
}

/** Help is plain text: what Markdown or the site would read in it is escaped outside of its own code. */
export function prose(text: string): string {
  const parts = text.split(/(`[^`]*`)/)
  const escaped = parts.map((part, i) =>
    i % 2 === 1 ? part : part.replaceAll(/[*_<>[\]|]|\{\{|(?<!\S)--[a-z][\w-]*/g, escapedOf),
  )
  return escaped.join('').replaceAll('\n', '\\\n')
}

function escapedOf(text: string): string {
  if (text.startsWith('--')) return code(text)
  return text === '{{' ? '\\{\\{' : `\\${text}`
}

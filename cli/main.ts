import { existsSync } from 'node:fs'
import { Problem, messageOf } from '../journal/problem.ts'
import { EXIT, type Command, type Surroundings } from './command.ts'
import { commands, type ListedCommand } from './commands.ts'
import { commandHelp, overview } from './help.ts'
import { nearest } from './nearest.ts'
import { envName, parseSettings, type SettingSources } from './settings.ts'
import { VERSION } from './version.ts'
import { readYaml, unreadYaml } from './yaml-file.ts'

/** Runs a command line and answers its exit code. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout } = surroundings
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    return help(name === 'help' ? rest[0] : undefined, surroundings)
  }
  if (name === '--version' || name === '-v') {
    stdout.write(`reprise ${VERSION}\n`)
    return EXIT.ok
  }
  const listed = listedCommand(name)
  if (listed === undefined) return unknownCommand(name, surroundings)
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest
  if (own.includes('--help') || own.includes('-h')) return help(name, surroundings)
  try {
    return await runCommand(await listed.load(), rest, surroundings)
  } catch (error) {
    return report(error, name, surroundings)
  }
}

async function help(name: string | undefined, surroundings: Surroundings): Promise<number> {
  const { stdout } = surroundings
  if (name === undefined) {
    stdout.write(overview(commands))
    return EXIT.ok
  }
  const listed = listedCommand(name)
  if (listed === undefined) return unknownCommand(name, surroundings)
  stdout.write(commandHelp(name, listed.summary, await listed.load()))
  return EXIT.ok
}

function listedCommand(name: string): ListedCommand | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined
}

function unknownCommand(name: string, { stderr }: Surroundings): number {
  const near = nearest(name, Object.keys(commands))
  stderr.write(
    `reprise: there is no command '${name}'${near ? `; is '${near}' meant?` : ''}\n` +
      `  'reprise --help' lists them\n`,
  )
  return EXIT.usage
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { env, stderr } = surroundings
  const { args, ...found } = await readSettingsFile(withBehind(argv, command), env)
  const slips = misspelt(env, command.settings)
  const isAsked = found.file !== undefined || slips.length > 0
  const knownElsewhere = isAsked ? await knownAnywhere() : undefined
  const elsewhere = new Set([...(knownElsewhere ?? [])].map(envName))
  for (const [given, meant] of slips.filter(([name]) => !elsewhere.has(name))) {
    stderr.write(`reprise: ${given} is no setting; is ${meant} meant?\n`)
  }
  const settings = parseSettings(
    command.settings,
    {
      ...{ argv: args, env, ...found },
      ...(command.words && { words: command.words }),
      ...(command.behind && { behind: command.behind }),
      ...(knownElsewhere && { knownElsewhere }),
    },
    (known) => command.missing?.(known, surroundings) ?? {},
  )
  return command.run(settings, surroundings)
}

/** `-- node server.js` as the flag that it stands for. */
function withBehind(argv: readonly string[], { behind }: Command): readonly string[] {
  const at = argv.indexOf('--')
  if (behind === undefined || at === -1) return argv
  return [...argv.slice(0, at), `--${behind}=${shellCommand(argv.slice(at + 1))}`]
}

/** One word is a command as it stands; of several each stays one word. */
function shellCommand(words: readonly string[]): string {
  if (words.length === 1) return words[0]!
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}

/**
 * Variables that are one slip away from a setting of the command, and that one. Others that begin so may be
 * there for good: Kubernetes makes some for each service.
 */
function misspelt(env: Surroundings['env'], table: Command['settings']): [string, string][] {
  const known = ['REPRISE_CONFIG', ...Object.keys(table).map(envName)]
  return Object.keys(env)
    .filter((name) => name.startsWith('REPRISE_') && !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, known, 1)
      return meant === undefined ? [] : [[name, meant]]
    })
}

/** Takes --config out of the arguments and reads the file: that one, or ./reprise.yaml if it is there. */
async function readSettingsFile(
  argv: readonly string[],
  env: Surroundings['env'],
): Promise<{ args: string[] } & Pick<SettingSources, 'file' | 'problems'>> {
  const args: string[] = []
  let name = env['REPRISE_CONFIG'] || undefined
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i]!
    if (arg === '--config') name = argv[++i] ?? ''
    else if (arg.startsWith('--config=')) name = arg.slice('--config='.length)
    else args.push(arg)
  }
  if (name === '') return { args, problems: ['--config: expected FILE after it'] }
  if (name === undefined) {
    if (!existsSync(DEFAULT_FILE)) return { args }
    name = DEFAULT_FILE
  }
  try {
    return { args, file: { name, values: await readYaml(name) } }
  } catch (error) {
    return { args, problems: [unreadYaml(name, error)] }
  }
}

const DEFAULT_FILE = 'reprise.yaml'

/** A file is shared by all commands: what any of them knows is no mistake in it. */
async function knownAnywhere(): Promise<Set<string>> {
  const all = await Promise.all(Object.values(commands).map(({ load }) => load()))
  return new Set(all.flatMap(({ settings }) => Object.keys(settings)))
}

function report(error: unknown, command: string, { stderr, signal }: Surroundings): number {
  if (signal.aborted) {
    // An end that was asked for explains most errors, but must not hide one.
    const isAsked = (error as { name?: unknown }).name === 'AbortError'
    stderr.write(`reprise: interrupted${isAsked ? '' : `: ${messageOf(error)}`}\n`)
    return EXIT.interrupted
  }
  if (!(error instanceof Problem)) {
    stderr.write(`reprise: unexpected: ${error instanceof Error ? error.stack : String(error)}\n`)
    return EXIT.failed
  }
  const [first, ...lines] = error.message.split('\n')
  stderr.write(`${[`reprise: ${first} [${error.code}]`, ...lines].join('\n')}\n`)
  const isSettings = error.code === 'settings_invalid'
  const hint = error.hint ?? (isSettings && `see 'reprise ${command} --help' for what each expects`)
  if (hint) stderr.write(`  ${hint}\n`)
  return isSettings ? EXIT.usage : EXIT.unavailable
}

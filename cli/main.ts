import { existsSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { Problem, messageOf } from '../journal/problem.ts'
import { EXIT, type Command, type Surroundings } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, overview } from './help.ts'
import { nearest } from './nearest.ts'
import { parseSettings, type SettingSources } from './settings.ts'
import { VERSION } from './version.ts'

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
  const command = commandOf(name)
  if (command === undefined) return unknownCommand(name, surroundings)
  if (rest.includes('--help') || rest.includes('-h')) return help(name, surroundings)
  try {
    return await runCommand(command, rest, surroundings)
  } catch (error) {
    return report(error, surroundings)
  }
}

function help(name: string | undefined, surroundings: Surroundings): number {
  const command = name === undefined ? undefined : commandOf(name)
  if (name !== undefined && command === undefined) return unknownCommand(name, surroundings)
  surroundings.stdout.write(
    command === undefined ? overview(commands) : commandHelp(name!, command),
  )
  return EXIT.ok
}

function commandOf(name: string): Command | undefined {
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
  const { env } = surroundings
  const { args, ...found } = readSettingsFile(argv, env)
  const settings = parseSettings(
    command.settings,
    { argv: args, env, knownElsewhere: KNOWN_ANYWHERE, ...found },
    (known) => command.missing?.(known, surroundings) ?? {},
  )
  return command.run(settings, surroundings)
}

/** Takes --config out of the arguments and reads the file: that one, or ./reprise.yaml if it is there. */
function readSettingsFile(
  argv: readonly string[],
  env: Surroundings['env'],
): { args: string[] } & Pick<SettingSources, 'file' | 'problems'> {
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
    return { args, file: { name, values: parseYaml(readFileSync(name, 'utf8')) as unknown } }
  } catch (error) {
    return { args, problems: [`${name}: expected a file of YAML: ${messageOf(error).trim()}`] }
  }
}

const DEFAULT_FILE = 'reprise.yaml'

const KNOWN_ANYWHERE = new Set(Object.values(commands).flatMap((one) => Object.keys(one.settings)))

function report(error: unknown, { stderr, signal }: Surroundings): number {
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
  if (error.hint !== undefined) stderr.write(`  ${error.hint}\n`)
  return error.code === 'settings_invalid' ? EXIT.usage : EXIT.unavailable
}

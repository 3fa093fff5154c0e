import { existsSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { Problem, messageOf } from '../journal/problem.ts'
import { EXIT, type Command, type Surroundings } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, overview } from './help.ts'
import { parseSettings, settingsProblem, type SettingSources } from './settings.ts'
import { VERSION } from './version.ts'

/** Runs a command line and answers its exit code. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' ? commands[rest[0] ?? ''] : undefined
    stdout.write(asked === undefined ? overview(commands) : commandHelp(rest[0]!, asked))
    return EXIT.ok
  }
  if (name === '--version' || name === '-v') {
    stdout.write(`reprise ${VERSION}\n`)
    return EXIT.ok
  }
  const command = commands[name]
  if (command === undefined) {
    stderr.write(`reprise: there is no command '${name}'; 'reprise --help' lists them\n`)
    return EXIT.usage
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    stdout.write(commandHelp(name, command))
    return EXIT.ok
  }
  try {
    return await runCommand(command, rest, surroundings)
  } catch (error) {
    return report(error, surroundings)
  }
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { args, file } = readSettingsFile(argv, surroundings.env)
  const { settings, positionals } = parseSettings(command.settings, {
    argv: args,
    env: surroundings.env,
    knownElsewhere: KNOWN_ANYWHERE,
    ...(file && { file }),
  })
  if (positionals.length > 0) {
    throw settingsProblem([`'${positionals.join(' ')}' is not expected here`])
  }
  return command.run(settings, surroundings, { flags: args.length })
}

/** Takes --config out of the arguments and reads the file: that one, or ./reprise.yaml if it is there. */
function readSettingsFile(
  argv: readonly string[],
  env: Surroundings['env'],
): { args: string[]; file?: SettingSources['file'] } {
  const args: string[] = []
  let name = env['REPRISE_CONFIG'] || undefined
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i]!
    if (arg === '--config') name = argv[++i] ?? ''
    else if (arg.startsWith('--config=')) name = arg.slice('--config='.length)
    else args.push(arg)
  }
  if (name === undefined) {
    if (!existsSync(DEFAULT_FILE)) return { args }
    name = DEFAULT_FILE
  }
  try {
    return { args, file: { name, values: parseYaml(readFileSync(name, 'utf8')) as unknown } }
  } catch (error) {
    throw settingsProblem([`--config ${name}: cannot be read as YAML: ${messageOf(error)}`])
  }
}

const DEFAULT_FILE = 'reprise.yaml'

const KNOWN_ANYWHERE = new Set(Object.values(commands).flatMap((one) => Object.keys(one.settings)))

function report(error: unknown, { stderr, signal }: Surroundings): number {
  if (signal.aborted) {
    stderr.write(`reprise: interrupted\n`)
    return EXIT.interrupted
  }
  if (!(error instanceof Problem)) {
    stderr.write(`reprise: unexpected: ${error instanceof Error ? error.stack : String(error)}\n`)
    return EXIT.failed
  }
  stderr.write(`reprise: ${error.message} [${error.code}]\n`)
  if (error.hint !== undefined) stderr.write(`  ${error.hint}\n`)
  return error.code === 'settings_invalid' ? EXIT.usage : EXIT.unavailable
}

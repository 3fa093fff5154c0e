import { parseArgs } from 'node:util'
import { Problem } from '../journal/problem.ts'

/**
 * One setting: how it is written, what it becomes, and what people are told of it.
 * The same table parses flags, environment and file, and prints the help.
 */
export interface Setting<T> {
  /** What is expected, as it is said in an error: `HOST:PORT`. Undefined for a plain switch. */
  expects?: string
  /** One line for the help: what it is and what follows from it. */
  help: string
  /** Turns the text into the value; throws an Error that says what was expected. */
  parse: (text: string) => T
  /** Value where nothing is given. Without one it is undefined then. */
  fallback?: unknown
  /** Shown as the default in the help, where the value itself would not say it. */
  fallbackText?: string
  /** May be given several times, or as a list with commas (in a file: a list). */
  repeated?: true
  /** A second environment variable, beside REPRISE_ and the name. */
  env?: string
  /** Short flag. */
  short?: string
}

/** Settings by name; the name is the flag (`base-url` is --base-url) and the key in a file. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>

export type Defaulted<T> = Setting<T> & { fallback: T }
export type Repeated<T> = Setting<T> & { repeated: true; fallback: readonly T[] }

/** The setting with a value for when nothing is given. */
export function withDefault<T>(
  setting: Setting<T>,
  fallback: NoInfer<T>,
  text?: string,
): Defaulted<T> {
  return { ...setting, fallback, ...(text !== undefined && { fallbackText: text }) }
}

/** The setting as a list. */
export function listOf<T>(
  setting: Setting<T>,
  fallback: readonly NoInfer<T>[] = [],
  text?: string,
): Repeated<T> {
  return { ...setting, repeated: true, fallback, ...(text !== undefined && { fallbackText: text }) }
}

type ValueOf<S> =
  S extends Repeated<infer T>
    ? readonly T[]
    : S extends Defaulted<infer T>
      ? T
      : S extends Setting<infer T>
        ? T | undefined
        : never

export type Settings<T extends SettingsTable> = { readonly [K in keyof T]: ValueOf<T[K]> }

export interface SettingSources {
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** The parsed file and its name, if there is one. */
  file?: { name: string; values: unknown }
  /** Keys that other commands know: a file is shared by all of them. */
  knownElsewhere?: ReadonlySet<string>
}

/** An identity, so that a table keeps the types of its entries. */
export function settingsTable<T extends SettingsTable>(table: T): T {
  return table
}

/**
 * Flag over environment over file over default. Every wrong setting is reported, in one error.
 */
export function parseSettings<T extends SettingsTable>(
  table: T,
  sources: SettingSources,
): { settings: Settings<T>; positionals: string[] } {
  const problems: string[] = []
  const { flags, positionals } = readFlags(table, sources.argv, problems)
  const file = readFile(table, sources, problems)
  const settings: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(table)) {
    const found =
      given(flags.get(name), `--${name}`) ??
      givenBy(sources.env, envName(name)) ??
      givenBy(sources.env, setting.env) ??
      given(file.get(name), `${name} in ${sources.file?.name}`)
    settings[name] = found === undefined ? setting.fallback : valueOf(setting, found, problems)
  }
  if (problems.length > 0) throw settingsProblem(problems)
  return { settings: settings as Settings<T>, positionals }
}

/** The error for wrong settings, one line each. */
export function settingsProblem(problems: readonly string[]): Problem {
  const text =
    problems.length === 1 ? problems[0]! : `\n${problems.map((p) => `  ${p}`).join('\n')}`
  const what =
    problems.length === 1 ? 'a setting is wrong' : `${problems.length} settings are wrong`
  return new Problem('settings_invalid', `${what}: ${text}`, {
    source: 'user',
    hint: 'see --help for what each expects',
  })
}

/** `target` -> REPRISE_TARGET. */
export function envName(name: string): string {
  return `REPRISE_${name.replaceAll('-', '_').toUpperCase()}`
}

interface Given {
  texts: readonly string[]
  from: string
}

function given(texts: readonly string[] | undefined, from: string): Given | undefined {
  return texts === undefined ? undefined : { texts, from }
}

/** An empty variable counts as absent: compose files pass those on. */
function givenBy(env: SettingSources['env'], name: string | undefined): Given | undefined {
  const text = name === undefined ? undefined : env[name]
  return text === undefined || text === '' ? undefined : { texts: [text], from: name! }
}

function valueOf(setting: Setting<unknown>, { texts, from }: Given, problems: string[]): unknown {
  const parts = setting.repeated ? texts.flatMap((text) => text.split(',')) : texts.slice(-1)
  const values: unknown[] = []
  for (const part of parts) {
    try {
      values.push(setting.parse(part.trim()))
    } catch (error) {
      problems.push(`${from}: ${(error as Error).message}`)
    }
  }
  return setting.repeated ? values : values[0]
}

function readFlags(
  table: SettingsTable,
  argv: readonly string[],
  problems: string[],
): { flags: Map<string, string[]>; positionals: string[] } {
  const options: Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> = {}
  for (const [name, setting] of Object.entries(table)) {
    options[name] = {
      type: setting.expects === undefined ? 'boolean' : 'string',
      multiple: true,
      ...(setting.short !== undefined && { short: setting.short }),
    }
  }
  const { tokens } = parseArgs({
    args: spreadLists(table, argv),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const flags = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const setting = table[token.name]
    if (setting === undefined) {
      const near = nearest(token.name, Object.keys(table))
      problems.push(`${token.rawName}: there is no such flag${near ? `; is --${near} meant?` : ''}`)
    } else if (setting.expects !== undefined && token.value === undefined) {
      problems.push(`${token.rawName}: expected ${setting.expects} after it`)
    } else {
      const texts = flags.get(token.name) ?? []
      texts.push(token.value ?? 'true')
      flags.set(token.name, texts)
    }
  }
  return { flags, positionals }
}

/**
 * `--excluded-urls A B` is `--excluded-urls A --excluded-urls B`: what follows a repeated flag,
 * up to the next flag, belongs to it.
 */
function spreadLists(table: SettingsTable, argv: readonly string[]): string[] {
  const args: string[] = []
  let list: string | undefined
  let first = false
  for (const arg of argv) {
    if (arg.startsWith('-') && arg !== '-') {
      list = table[arg.slice(2)]?.repeated && table[arg.slice(2)]?.expects ? arg : undefined
      first = true
    } else if (list !== undefined) {
      if (!first) args.push(list)
      first = false
    }
    args.push(arg)
  }
  return args
}

function readFile(
  table: SettingsTable,
  { file, knownElsewhere }: SettingSources,
  problems: string[],
): Map<string, string[]> {
  const found = new Map<string, string[]>()
  if (file === undefined || file.values === null || file.values === undefined) return found
  if (typeof file.values !== 'object' || Array.isArray(file.values)) {
    problems.push(`${file.name}: expected settings as 'name: value' lines`)
    return found
  }
  for (const [name, value] of Object.entries(file.values)) {
    if (table[name] === undefined) {
      if (!knownElsewhere?.has(name)) {
        const near = nearest(name, [...(knownElsewhere ?? []), ...Object.keys(table)])
        problems.push(
          `${name} in ${file.name}: there is no such setting${near ? `; is ${near} meant?` : ''}`,
        )
      }
      continue
    }
    const values: unknown[] = Array.isArray(value) ? value : [value]
    if (values.some((one) => one === null || typeof one === 'object')) {
      problems.push(`${name} in ${file.name}: expected ${table[name].expects ?? 'true or false'}`)
    } else found.set(name, values.map(String))
  }
  return found
}

/** The known name that differs from the given one least, if it is near. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, far: distance(name, one) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best !== undefined && best.far <= Math.max(2, name.length / 3) ? best.one : undefined
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, change))
    }
    row = next
  }
  return row[b.length]!
}

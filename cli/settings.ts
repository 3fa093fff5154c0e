import { Problem } from '../journal/problem.ts'
import { readFile, readFlags } from './setting-sources.ts'

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
  /** What parts a list within one text. Default: a comma. */
  separator?: string
  /** A second environment variable, beside REPRISE_ and the name. */
  env?: string
  /** Short flag. */
  short?: string
  /** All the values that it takes, where they are few: what completion offers. */
  choices?: readonly string[]
  /** The heading under which the help has it. Default: none, above all that have one. */
  group?: string
  /** What people see of a value that may hold a secret. Default: what was given. */
  shown?: (given: string) => string
}

/** Of a value that nobody is to see. */
export function hidden(): string {
  return '***'
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

/** Settings by name, as a file has them, or a program. */
export interface WrittenSettings {
  /** Where they stand, for people. */
  name: string
  values: unknown
  /** What a setting is called there. Default: its name. */
  nameOf?: (setting: string) => string
  /** `whole`: the items of a list are what they are. Default: each may be a list with commas. */
  items?: 'whole'
}

export interface SettingSources {
  argv: readonly string[]
  /** Settings that are given by the words that follow no flag, in this order. */
  words?: readonly string[]
  /** What may stand behind `--`, where something may. */
  behind?: string
  env: Readonly<Record<string, string | undefined>>
  file?: WrittenSettings
  /** Keys that other commands know: a file is shared by all of them. */
  knownElsewhere?: ReadonlySet<string>
  /** What is wrong already, to be reported with the rest. */
  problems?: readonly string[]
}

/** An identity, so that a table keeps the types of its entries. */
export function settingsTable<T extends SettingsTable>(table: T): T {
  return table
}

/** The same, under a heading in the help; what has one already keeps it. */
export function settingsGroup<T extends SettingsTable>(heading: string, table: T): T {
  const all = Object.entries(table).map(([name, one]) => [name, { group: heading, ...one }])
  return Object.fromEntries(all) as T
}

/**
 * Flag over environment over file over default. Every wrong setting is reported, in one error.
 */
export function parseSettings<T extends SettingsTable>(
  table: T,
  sources: SettingSources,
  missing: (settings: Partial<Settings<T>>) => Readonly<Record<string, string>> = () => ({}),
): Settings<T> {
  const problems = [...(sources.problems ?? [])]
  const { flags, wrong } = readFlags(table, sources, problems)
  const file = readFile(table, sources, problems)
  const settings: Record<string, unknown> = {}
  const givens = new Map<string, Given>()
  for (const [name, setting] of Object.entries(table)) {
    const found =
      given(flags.get(name), `--${name}`) ??
      givenBy(sources.env, envName(name)) ??
      givenBy(sources.env, setting.env) ??
      givenIn(sources.file, name, file.get(name))
    if (found !== undefined) givens.set(name, found)
    const known = problems.length
    settings[name] = found === undefined ? setting.fallback : valueOf(setting, found, problems)
    if (problems.length > known) wrong.add(name)
  }
  // Of a file that could not be read nobody knows what it would have said.
  const isUnread = (sources.problems ?? []).length > 0
  for (const [name, expected] of isUnread
    ? []
    : Object.entries(missing(settings as Partial<Settings<T>>))) {
    if (wrong.has(name)) continue
    const called = sources.file?.nameOf === undefined ? `--${name}` : placeIn(sources.file, name)
    const what = settings[name] === undefined ? `${called} is missing` : called
    problems.push(`${what}: expected ${expected}`)
  }
  if (problems.length > 0) throw settingsProblem(problems)
  GIVEN.set(settings, givens)
  return settings as Settings<T>
}

const GIVEN = new WeakMap<object, ReadonlyMap<string, Given>>()

/** Whether a setting was given on the command line itself, and is no default of any kind. */
export function isFlag<T extends object>(settings: T, name: keyof T & string): boolean {
  return givenOf(settings).get(name)?.from === `--${name}`
}

/** What was given of settings as they were parsed, by name; all else has its default. */
export function givenOf(settings: object): ReadonlyMap<string, Given> {
  return GIVEN.get(settings) ?? new Map()
}

/** The error for wrong settings, one line each. */
export function settingsProblem(problems: readonly string[]): Problem {
  const [first, ...more] = problems
  const text =
    more.length === 0
      ? first!
      : `${problems.length} settings are wrong\n${problems.map((p) => `  ${p}`).join('\n')}`
  return new Problem('settings_invalid', text, { source: 'user' })
}

/** `target` -> REPRISE_TARGET. */
export function envName(name: string): string {
  return `REPRISE_${name.replaceAll('-', '_').toUpperCase()}`
}

export interface Given {
  texts: readonly string[]
  /** `--flag`, a variable's name, or `name in FILE`. */
  from: string
  items?: WrittenSettings['items'] | undefined
}

function given(texts: readonly string[] | undefined, from: string): Given | undefined {
  return texts === undefined ? undefined : { texts, from }
}

function givenIn(
  file: WrittenSettings | undefined,
  setting: string,
  texts: readonly string[] | undefined,
): Given | undefined {
  if (file === undefined || texts === undefined) return undefined
  return { texts, from: placeIn(file, setting), items: file.items }
}

function placeIn({ name, nameOf }: WrittenSettings, setting: string): string {
  return `${nameOf?.(setting) ?? setting} in ${name}`
}

/** An empty variable counts as absent: compose files pass those on. */
function givenBy(env: SettingSources['env'], name: string | undefined): Given | undefined {
  const text = name === undefined ? undefined : env[name]
  return text === undefined || text === '' ? undefined : { texts: [text], from: name! }
}

function valueOf(
  setting: Setting<unknown>,
  { texts, from, items }: Given,
  problems: string[],
): unknown {
  const listed = items === 'whole' ? [...texts] : texts.flatMap((text) => partsOf(setting, text))
  const parts = setting.repeated ? listed : texts.slice(-1)
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

function partsOf({ separator }: Setting<unknown>, text: string): string[] {
  return text.split(separator ?? ',')
}

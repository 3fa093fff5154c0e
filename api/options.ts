import type { Missing } from '../cli/command.ts'
import { nearest } from '../cli/nearest.ts'
import { parseSettings, type Settings, type SettingsTable } from '../cli/settings.ts'

// What programs give is read by the tables that the command line is read by: the same texts mean the same,
// and what is wrong is said in the same words. Neither the environment nor a file is asked.

/** As it is written on the command line; a list of them where a setting takes several. */
export type SettingValue = string | number | boolean | readonly (string | number)[]

/** Settings by the names that they have on the command line, without the dashes before them. */
export type MoreSettings = Readonly<Record<string, SettingValue | undefined>>

/** A time: in milliseconds, or as on the command line. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

/** A call of ours, and what may be given to it. */
export interface Call<T extends SettingsTable> {
  /** What people call it. */
  name: string
  table: T
  /** Which setting an option is. */
  options: Readonly<Record<string, keyof T & string>>
  /** Options besides that are no settings. */
  others: readonly string[]
  missing: (known: Partial<Settings<T>>) => Missing
}

/**
 * The settings that were given, by option and under `settings`, with defaults for all others. Throws the
 * Problem `settings_invalid`, which names everything that is wrong.
 */
export function readOptions<T extends SettingsTable>(
  { name, table, options, others, missing }: Call<T>,
  given: object,
): Settings<T> {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  const { settings = {}, ...named } = given as Record<string, unknown>
  for (const [option, value] of Object.entries(named)) {
    if (Object.hasOwn(options, option)) values[options[option]!] = value
    else if (!others.includes(option))
      problems.push(unknownOption(option, name, [...Object.keys(options), ...others, 'settings']))
  }
  const names = new Map(Object.entries(options).map(([option, setting]) => [setting, option]))
  if (!isPlain(settings)) problems.push(`settings in ${name}: expected an object of settings`)
  else {
    for (const [key, value] of Object.entries(settings)) {
      const option = values[key] === undefined ? undefined : names.get(key)
      if (option !== undefined) problems.push(`'${key}' in ${name}: either it or ${option}`)
      values[key] = value
    }
  }
  return parseSettings(
    table,
    {
      ...{ argv: [], env: {}, problems },
      file: {
        ...{ name, items: 'whole', values: withoutAbsent(values) },
        nameOf: (setting) => names.get(setting) ?? `'${setting}'`,
      },
    },
    missing,
  )
}

/** As a setting takes it. */
export function timeText(time: Duration | undefined): string | undefined {
  return typeof time === 'number' ? `${time}ms` : time
}

/** The table without some settings: what they ask for has no place in a call. */
export function without<T extends SettingsTable, K extends keyof T & string>(
  table: T,
  names: readonly K[],
): Omit<T, K> {
  const left = Object.entries(table).filter(
    ([name]) => !(names as readonly string[]).includes(name),
  )
  return Object.fromEntries(left) as Omit<T, K>
}

/** What is said of an option that a call does not have. */
export function unknownOption(option: string, call: string, known: readonly string[]): string {
  const near = nearest(option, known)
  return `${option} in ${call}: there is no such option${near ? `; is ${near} meant?` : ''}`
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, asText(value)]),
  )
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText)
  if (value instanceof URL) return value.href
  if (value instanceof Date) return value.toISOString()
  return value
}

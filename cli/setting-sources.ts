import { parseArgs } from 'node:util'
import { nearest } from './nearest.ts'
import type { SettingsTable, SettingSources } from './settings.ts'

// Texts of settings from flags and from a file, by name. What is wrong is added to `problems`.

export function readFlags(
  table: SettingsTable,
  { argv, words = [], behind }: Pick<SettingSources, 'argv' | 'words' | 'behind'>,
  problems: string[],
): { flags: Map<string, string[]>; wrong: Set<string> } {
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
  const wrong = new Set<string>()
  const unnamed = [...words]
  const extra: string[] = []
  let unknownAt = NaN
  for (const token of tokens) {
    // What follows an unknown flag may have been its value.
    const isExpected = token.index === unknownAt + 1
    if (token.kind === 'positional' && !isExpected) {
      const name = unnamed.shift()
      if (name === undefined) extra.push(token.value)
      else flags.set(name, [token.value])
    }
    if (token.kind !== 'option') continue
    const setting = Object.hasOwn(table, token.name) ? table[token.name] : undefined
    if (setting === undefined) {
      unknownAt = token.index
      const near = nearest(token.name, Object.keys(table))
      problems.push(`${token.rawName}: there is no such flag${near ? `; is --${near} meant?` : ''}`)
    } else if (setting.expects !== undefined && isValueMissing(token)) {
      problems.push(`${token.rawName}: expected ${setting.expects} after it`)
      wrong.add(token.name)
    } else {
      const texts = flags.get(token.name) ?? []
      texts.push(token.value ?? 'true')
      flags.set(token.name, texts)
    }
  }
  if (behind === undefined) problems.push(...extra.map((word) => `'${word}' is not expected here`))
  else if (extra.length > 0) {
    problems.push(`'${extra.join(' ')}' is not expected here; the ${behind} goes behind --`)
  }
  return { flags, wrong }
}

/** `--stream --yes` has no stream; a value that begins so can still be given: `--stream=--yes`. */
function isValueMissing(token: { value: string | undefined; inlineValue: boolean | undefined }) {
  const { value, inlineValue } = token
  return value === undefined || (inlineValue !== true && /^(--|-[a-z]$)/.test(value))
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
      const name = arg.slice(2)
      list = Object.hasOwn(table, name) && table[name]!.repeated ? arg : undefined
      first = true
    } else if (list !== undefined) {
      if (!first) args.push(list)
      first = false
    }
    args.push(arg)
  }
  return args
}

export function readFile(
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
  const called = (name: string) => file.nameOf?.(name) ?? name
  for (const [name, value] of Object.entries(file.values)) {
    if (!Object.hasOwn(table, name)) {
      if (!knownElsewhere?.has(name)) {
        const near = nearest(name, [...(knownElsewhere ?? []), ...Object.keys(table)])
        problems.push(
          `${name} in ${file.name}: there is no such setting${near ? `; is ${called(near)} meant?` : ''}`,
        )
      }
      continue
    }
    const values: unknown[] = Array.isArray(value) ? value : [value]
    if (values.some((one) => one === null || one === undefined || typeof one === 'object')) {
      const expected = table[name]!.expects ?? 'true or false'
      problems.push(`${called(name)} in ${file.name}: expected ${expected}`)
    } else found.set(name, values.map(String))
  }
  return found
}

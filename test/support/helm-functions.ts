import { stringify } from 'yaml'

/** Renders a named template. */
export type Call = (name: string, dot: unknown) => string

type HelmFunction = (parameters: unknown[], call: Call) => unknown

/** Of Helm and sprig, those that the chart uses; the last parameter is what came through the pipe. */
export const FUNCTIONS: Readonly<Record<string, HelmFunction>> = {
  include: ([name, dot], call) => call(name as string, dot),
  default: ([fallback, value]) => (isTrue(value) ? value : fallback),
  required([message, value]) {
    if (value === undefined || value === null || value === '') throw new Error(message as string)
    return value
  },
  quote: ([value]) => JSON.stringify(textOf(value)),
  toString: ([value]: unknown[]) => textOf(value),
  int: ([value]) => Math.trunc(Number(value)),
  upper: ([value]) => (value as string).toUpperCase(),
  replace: ([old, fresh, value]) => (value as string).replaceAll(old as string, fresh as string),
  trunc: ([length, value]) => (value as string).slice(0, length as number),
  trimSuffix: ([suffix, value]) => trimSuffix(suffix as string, value as string),
  join: ([separator, list]) => (list as unknown[]).map(String).join(separator as string),
  prepend: ([list, value]) => [value, ...(list as unknown[])],
  not: ([value]) => !isTrue(value),
  printf: ([format, ...values]) => formatted(format as string, values),
  toYaml: ([value]) => stringify(value).trimEnd(),
  nindent: ([width, value]) => `\n${indented(width as number, value as string)}`,
}

function trimSuffix(suffix: string, value: string): string {
  return value.endsWith(suffix) ? value.slice(0, -suffix.length) : value
}

function formatted(format: string, values: unknown[]): string {
  const left = [...values]
  const text = format.replaceAll(/%(.)/g, (_, verb: string) => {
    if (verb !== 's' && verb !== 'd') throw new Error(`a verb that is not rendered here: %${verb}`)
    return String(left.shift())
  })
  if (left.length > 0) throw new Error(`more values than verbs: ${format}`)
  return text
}

function indented(width: number, text: string): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(width) + line)
    .join('\n')
}

export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0) return false
  if (typeof value === 'object') return Object.keys(value).length > 0
  return value !== false
}

/** What a value is in the middle of a text. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '<no value>'
  if (typeof value === 'object') throw new Error('a list or a map is no text')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

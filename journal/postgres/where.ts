import type { EntryFilter } from '../filter.ts'
import { timestamp } from './moment.ts'

export interface Where {
  sql: string
  values: unknown[]
}

/** The filter as a condition over reprise.entry, with its parameters from $1 on. */
export function whereEntry(filter: EntryFilter): Where {
  const values: unknown[] = []
  const conditions: string[] = []
  const place = (value: unknown) => `$${values.push(value)}`
  const add = <T>(value: T | undefined, condition: (value: T) => string) => {
    if (value !== undefined) conditions.push(condition(value))
  }

  add(filter.stream, (stream) => `stream = ${place(stream)}`)
  add(filter.idFrom, (id) => `id >= ${place(id)}`)
  add(filter.idTo, (id) => `id <= ${place(id)}`)
  add(filter.since, (at) => `arrived_at >= ${timestamp(`${place(at)}::bigint`)}`)
  add(filter.until, (at) => `arrived_at < ${timestamp(`${place(at)}::bigint`)}`)
  add(filter.methods, (methods) => `method = any(${place(methods)})`)
  add(filter.verdicts, (verdicts) => `verdict = any(${place(verdicts)})`)
  add(filter.labels, (labels) => `label = any(${place(labels)})`)
  add(filter.statuses, (ranges) => {
    const tests = ranges.map(({ from, to }) => `status between ${place(from)} and ${place(to)}`)
    return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`
  })
  add(filter.paths, (patterns) => `path ~ any(${place(patterns.map((p) => p.regex))})`)
  add(filter.excludedPaths, (patterns) =>
    patterns.length === 0 ? 'true' : `not path ~ any(${place(patterns.map((p) => p.regex))})`,
  )
  return { sql: conditions.length === 0 ? 'true' : conditions.join(' and '), values }
}

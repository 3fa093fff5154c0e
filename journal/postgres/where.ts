import type { EntryFilter } from '../filter.ts'
import type { PathPattern } from '../path-pattern.ts'
import { timestamp } from './moment.ts'
import { isStorable } from './text.ts'

export interface Where {
  sql: string
  values: unknown[]
}

const SETTLED = {
  yes: 'settled is not null',
  no: `(verdict <> 'in_doubt' or settled is null)`,
}

/** As the index of what is in doubt has it. */
const UNSETTLED = `verdict = 'in_doubt' and settled is null`

function isDoubtOnly({ settled, verdicts }: EntryFilter): boolean {
  return settled === 'no' && verdicts?.length === 1 && verdicts[0] === 'in_doubt'
}

/** Texts of the wire are latin-1: the bytes of a target are its code points. */
function holds(bytes: string): string {
  const places = [`convert_to(target, 'LATIN1')`, 'request_body', 'response_body']
  const found = places.map((place) => `position(${bytes}::bytea in ${place}) > 0`)
  return `(${[...found, holdsInPieces(bytes)].join(' or ')})`
}

/** In how many pieces the bodies of an entry are looked into, together: 4 MiB. Larger ones take seconds. */
const MOST_PIECES = 16

/** Each piece with the end of the one before it, for what stands across. */
function holdsInPieces(bytes: string): string {
  const end = `substring(before from greatest(1, length(before) - length(${bytes}::bytea) + 2))`
  return `(request_chunks + response_chunks between 1 and ${MOST_PIECES} and exists (
    select from (
      select bytes, lag(bytes) over (partition by side order by position) as before
      from reprise.body_chunk piece
      where piece.stream = entry.stream and piece.recorder = entry.recorder
        and piece.number = entry.number and piece.arrived_at = entry.arrived_at) piece
    where position(${bytes}::bytea in coalesce(${end}, '') || bytes) > 0))`
}

/** The filter as a condition over reprise.entry, with its parameters from $1 on. */
export function whereEntry(filter: EntryFilter): Where {
  const values: unknown[] = []
  const conditions: string[] = []
  const place = (value: unknown) => `$${values.push(value)}`
  const add = <T>(value: T | undefined, condition: (value: T) => string) => {
    if (value !== undefined) conditions.push(condition(value))
  }

  const isAny = (texts: readonly string[]) => `= any(${place(texts.filter(isStorable))})`
  const matches = (patterns: readonly PathPattern[]) =>
    `path ~ any(${place(patterns.map(({ regex }) => regex).filter(isStorable))})`

  /** Only these hold for context that is read besides. */
  let bounds = 0
  add(filter.stream, (stream) => (isStorable(stream) ? `stream = ${place(stream)}` : 'false'))
  add(filter.idTo, (id) => `id <= ${place(id)}`)
  add(filter.before, ({ orderedAt, id }) => {
    const at = timestamp(`${place(orderedAt)}::bigint`)
    return `(ordered_at, id) < (${at}, ${place(id)}::bigint)`
  })
  bounds = conditions.length
  add(filter.after, ({ orderedAt, id }) => {
    const at = timestamp(`${place(orderedAt)}::bigint`)
    return `(ordered_at, id) > (${at}, ${place(id)}::bigint)`
  })
  add(filter.ids, (ids) => `id = any(${place(ids)}::bigint[])`)
  add(filter.idFrom, (id) => `id >= ${place(id)}`)
  add(filter.since, (at) => `arrived_at >= ${timestamp(`${place(at)}::bigint`)}`)
  add(filter.until, (at) => `arrived_at < ${timestamp(`${place(at)}::bigint`)}`)
  add(filter.methods, (methods) => `method ${isAny(methods)}`)
  add(filter.verdicts, (verdicts) => `verdict ${isAny(verdicts)}`)
  add(filter.settled, (settled) => (isDoubtOnly(filter) ? UNSETTLED : SETTLED[settled]))
  add(filter.labels, (labels) => `label ${isAny(labels)}`)
  add(filter.users, (users) => `user_name ${isAny(users)}`)
  add(filter.clients, (clients) => `client_address ${isAny(clients)}`)
  add(filter.statuses, (ranges) => {
    // As integers: a bound may be out of the range of the column's own type.
    const tests = ranges.map(
      ({ from, to }) => `status between ${place(from)}::integer and ${place(to)}::integer`,
    )
    return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`
  })
  add(filter.paths, matches)
  add(filter.excludedPaths, (patterns) => `not ${matches(patterns)}`)
  // Last, for it costs the most.
  add(filter.text, (text) => holds(place(Buffer.from(text))))
  if (filter.context === 'also' && conditions.length > bounds) {
    const rest = conditions.splice(bounds).join(' and ')
    conditions.push(`(verdict = 'context' or (${rest}))`)
  }
  return { sql: conditions.length === 0 ? 'true' : conditions.join(' and '), values }
}

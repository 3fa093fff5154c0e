import type { RawFields } from '../../wire/fields.ts'

/** Fields as the journal keeps them, ordered pairs: `[["Host","a"],["Accept","b"]]`. */
export function fieldsJson(fields: RawFields): string {
  const pairs: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i]!, fields[i + 1]!])
  return JSON.stringify(pairs)
}

/** Most messages have no trailers: those are null. */
export function trailersJson(fields: RawFields): string | null {
  return fields.length === 0 ? null : fieldsJson(fields)
}

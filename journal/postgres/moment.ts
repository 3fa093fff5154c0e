/** SQL that reads a timestamptz as whole microseconds since the epoch, under the column's name. */
export function micros(column: string): string {
  return `(extract(epoch from ${column}) * 1000000)::bigint as ${column.replace(/^.*\./, '')}`
}

/** SQL that makes a timestamptz of whole microseconds since the epoch. */
export function timestamp(expression: string): string {
  return `(timestamptz 'epoch' + ${expression} * interval '1 microsecond')`
}

/** The driver gives bigint as text, for it may pass 2^53; moments and ids here do not. */
export function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text)
}

/**
 * Header fields as they stand on the wire: order, case and duplicates kept.
 *
 * A list is flat, `[name, value, name, value, ...]`, as node:http has them too
 * (`rawHeaders`), so that nothing is copied on the way through. Values are latin-1: one code
 * point a byte (RFC 9110 section 5.5).
 */
export type RawFields = readonly string[]

/** Every value of the field, in order. `name` in lower case. */
export function fieldValues(fields: RawFields, name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    if (isNamed(fields[i]!, name)) values.push(fields[i + 1]!)
  }
  return values
}

/** The first value of the field, or undefined. `name` in lower case. */
export function fieldValue(fields: RawFields, name: string): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    if (isNamed(fields[i]!, name)) return fields[i + 1]!
  }
  return undefined
}

/** Replaces the value of every field of that name. `name` in lower case. */
export function withFieldValue(fields: RawFields, name: string, value: string): string[] {
  return fields.map((text, i) => (i % 2 === 1 && isNamed(fields[i - 1]!, name) ? value : text))
}

/** Every field but those of that name. `name` in lower case. */
export function withoutField(fields: RawFields, name: string): string[] {
  return fields.filter((_, i) => !isNamed(fields[i - (i % 2)]!, name))
}

/** As name and value in pairs. */
export function fieldPairs(fields: RawFields): [name: string, value: string][] {
  const list: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) list.push([fields[i]!, fields[i + 1]!])
  return list
}

/**
 * The fields that travel on through an intermediary: without those of one connection and those
 * that Connection names (RFC 9110 section 7.6.1). Transfer-Encoding is dropped too: whoever
 * sends the message on frames it anew and says so.
 *
 * What Connection names is not taken on trust: a sender cannot have Host, the framing or what
 * tells of the client stripped by naming it there.
 */
export function endToEndFields(fields: RawFields): string[] {
  const named = connectionOptions(fields)
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    if (HOP_LENGTHS.has(name.length) || named !== undefined) {
      const lower = name.toLowerCase()
      if (HOP_BY_HOP.has(lower)) continue
      if (named !== undefined && named.has(lower) && !NEVER_STRIPPED.has(lower)) continue
    }
    kept.push(name, fields[i + 1]!)
  }
  return kept
}

/** What Connection names, in lower case, without `close` and `keep-alive`; undefined for none. */
function connectionOptions(fields: RawFields): Set<string> | undefined {
  let named: Set<string> | undefined
  for (const value of fieldValues(fields, 'connection')) {
    for (const part of value.split(',')) {
      const option = part.trim().toLowerCase()
      if (option === '' || option === 'close' || option === 'keep-alive') continue
      named ??= new Set()
      named.add(option)
    }
  }
  return named
}

function isNamed(name: string, lower: string): boolean {
  return name.length === lower.length && (name === lower || name.toLowerCase() === lower)
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** Most names are ruled out by their length, without making a lower-case copy. */
const HOP_LENGTHS = new Set([...HOP_BY_HOP].map((name) => name.length))

const NEVER_STRIPPED = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'authorization',
  'cookie',
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
])

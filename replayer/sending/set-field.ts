import { withoutField, type RawFields } from '../../wire/fields.ts'

/**
 * The fields with this one set: in the place of the first of its name, and at the end where there is none.
 * Null takes all of its name away.
 */
export function withField(fields: RawFields, name: string, value: string | null): RawFields {
  const lower = name.toLowerCase()
  if (value === null) return withoutField(fields, lower)
  const first = fields.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === lower)
  if (first === -1) return [...fields, name, value]
  const behind = withoutField(fields.slice(first + 2), lower)
  return [...fields.slice(0, first), fields[first]!, value, ...behind]
}

/** What is expected of a field's name, and not found in this one; null: it is a name (RFC 9110 5.6.2). */
export function flawOfName(name: string): string | null {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) ? null : `a field's name (RFC 9110), got '${name}'`
}

/** The same for a value, which is not repeated: it may be a secret (RFC 9110 section 5.5). */
export function flawOfValue(value: string): string | null {
  return /^[\t -~\u0080-\u00ff]*$/.test(value)
    ? null
    : 'a value without line breaks and control characters, in Latin-1'
}

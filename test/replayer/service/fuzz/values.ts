import fc from 'fast-check'
import { faultsOf, referred, type Schema } from '../../../support/json-schema.ts'

// Values by a schema: such as are known to mean something, any that it lets through, and such as it
// does not.

/** By the name of a parameter or member: what means something to the service under test. */
export type Words = Readonly<Record<string, readonly unknown[]>>

/** Text that trips programs: controls, surrogates, other scripts' digits, names of Object's own. */
const ODD = [
  ...['', ' ', '\0', 'a\0b', '\r\n', '\u2028', '\ud800', '\ufeff', 'ﬀ', '１', '٣', '💥', '\u202e'],
  ...['__proto__', 'constructor', 'toString', 'null', 'NaN', '-0', '1e9', '0x1', "';--", '%00'],
  ...['../..', '%2e%2e%2f', '<svg onload=1>', '${1}', '*'.repeat(40), '/', '\\', ',', ',,', '*,?'],
]

export function anyText(schema: Schema = {}): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 300 } = schema
  const fits = (text: string) => {
    const { length } = Array.from(text)
    return length >= minLength && length <= maxLength
  }
  return fc
    .oneof(
      fc.constantFrom(...ODD),
      fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 40) }),
      fc.string({ minLength, maxLength: Math.min(maxLength, 40) }),
      // More of them would not fit a head.
      fc.constant('x'.repeat(Math.min(maxLength, 1_000))),
    )
    .filter(fits)
}

/** What the schema lets through, whether it means something or not. */
export function legal(schema: Schema, root: unknown): fc.Arbitrary<unknown> {
  const [target] = referred(schema, root)
  if (target !== undefined) return legal(target, root)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const types = [schema.type ?? 'string'].flat()
  return fc.oneof(...types.map((type) => legalOf(type, schema, root)))
}

function legalOf(type: string, schema: Schema, root: unknown): fc.Arbitrary<unknown> {
  const { minimum: min = -1e6, maximum: max = 1e6, exclusiveMinimum: over } = schema
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') {
    return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max: Math.min(max, 2 ** 31) }))
  }
  if (type === 'number') {
    const least = over === undefined ? min : over + Number.MIN_VALUE
    return fc.oneof(fc.constantFrom(least, max), fc.double({ min: least, max, noNaN: true }))
  }
  if (type === 'array') {
    return fc.array(legal(schema.items ?? {}, root), {
      maxLength: Math.min(schema.maxItems ?? 5, 5),
    })
  }
  if (type === 'object') return members(schema, (one) => legal(one, root))
  return schema.format === 'date-time' ? moments : anyText(schema)
}

const moments = fc
  .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
  .map((date) => date.toISOString())

/** What is known to mean something: its words, or its example, or any value of a bounded type. */
export function known(
  name: string,
  schema: Schema,
  root: unknown,
  words: Words,
): fc.Arbitrary<unknown> | null {
  const [target] = referred(schema, root)
  if (target !== undefined) return known(name, target, root, words)
  if (words[name] !== undefined) {
    const said = fc.constantFrom(...words[name])
    return schema.type === 'string' ? said.map(String) : said
  }
  if (schema.example !== undefined) return fc.constant(schema.example)
  const types = [schema.type].flat()
  if (types.includes('object')) return members(schema, (one, of) => known(of, one, root, words))
  if (types.includes('array')) {
    const items = known(name, schema.items ?? {}, root, words)
    return items && fc.array(items, { maxLength: 3 })
  }
  if (types.includes('string') && schema.enum === undefined && schema.format !== 'date-time') {
    return null
  }
  return legal(schema, root)
}

type MemberOf = (schema: Schema, name: string) => fc.Arbitrary<unknown> | null

function members(schema: Schema, of: MemberOf): fc.Arbitrary<Record<string, unknown>> {
  const made = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const value = of(one, name)
    return value === null ? [] : [[name, value] as const]
  })
  const requiredKeys = (schema.required ?? []).filter((name) => made.some(([key]) => key === name))
  return fc.record(Object.fromEntries(made), { requiredKeys, noNullPrototype: true })
}

/** What the schema does not let through, as JSON; none: it lets all through. */
export function wrong(schema: Schema, root: unknown): unknown[] {
  const [target] = referred(schema, root)
  if (target !== undefined) return wrong(target, root)
  const types = [schema.type ?? []].flat()
  const { minimum, maximum, exclusiveMinimum, minLength = 0, maxLength, maxItems } = schema
  const values: unknown[] = []
  if (types.length > 0) values.push({}, [], true, [[]], { a: null }, null)
  if (!types.includes('string')) values.push('x', '')
  if (!types.includes('number') && !types.includes('integer')) values.push(0, 1.5, -1e308)
  if (types.includes('integer')) values.push(1.5, 2 ** 53 + 2)
  if (minimum !== undefined) values.push(minimum - 1)
  if (exclusiveMinimum !== undefined) values.push(exclusiveMinimum)
  if (maximum !== undefined) values.push(maximum + 1, 1e300)
  if (minLength > 0) values.push('')
  if (maxLength !== undefined) values.push('x'.repeat(maxLength + 1), '💥'.repeat(maxLength + 1))
  if (maxItems !== undefined) values.push(Array(maxItems + 1).fill('/a'))
  if (schema.enum !== undefined) values.push('nonesuch', '', String(schema.enum[0]).toUpperCase())
  if (schema.format === 'date-time') values.push('yesterday', '2026-13-01T00:00:00Z', '')
  return values.filter((value) => faultsOf(schema, value, root).length > 0)
}

/** The same as text, as an address has it. */
export function wrongText(schema: Schema): string[] {
  const { type, minimum, maximum, minLength = 0, maxLength, format } = schema
  const texts: string[] = []
  if (type === 'integer') {
    texts.push(
      '',
      ' ',
      'x',
      '1.5',
      '1e3',
      '0x10',
      '-1',
      '+1',
      '１',
      '1,2',
      'NaN',
      '\0',
      '1\0',
      '9'.repeat(40),
    )
    if (minimum !== undefined) texts.push(String(minimum - 1))
    if (maximum !== undefined && maximum < 2 ** 53 - 1) texts.push(String(maximum + 1))
  }
  if (schema.enum !== undefined) texts.push('', 'nonesuch', String(schema.enum[0]).toUpperCase())
  if (format === 'date-time')
    texts.push('', 'yesterday', '2026-13-01T00:00:00Z', '1', '2026-02-30T00:00:00Z')
  if (minLength > 0) texts.push('')
  if (maxLength !== undefined && maxLength < 10_000) texts.push('x'.repeat(maxLength + 1))
  return texts
}

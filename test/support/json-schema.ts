// JSON Schema (2020-12), as far as documents of ours use it. A keyword that is not judged here is an
// error: what nobody looks at would hold by itself. Members that a schema does not name are faults
// too, unless it says otherwise: a document is to name all that comes.

export interface Schema {
  $ref?: string
  type?: string | readonly string[]
  enum?: readonly unknown[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  prefixItems?: readonly Schema[]
  allOf?: readonly Schema[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
  pattern?: string
  format?: string
  default?: unknown
  example?: unknown
  description?: string
}

const JUDGED = new Set<string>([
  ...[
    '$ref',
    'type',
    'enum',
    'properties',
    'required',
    'additionalProperties',
    'items',
    'prefixItems',
  ],
  ...['allOf', 'minimum', 'maximum', 'exclusiveMinimum', 'minLength', 'maxLength', 'maxItems'],
  ...['pattern', 'format'],
  // These say nothing that could hold or not.
  ...['default', 'example', 'description'],
])

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
  binary: /^/,
}

/** Where a value is not as its schema says, a line each; none: it is. `root` is what $ref begins at. */
export function faultsOf(schema: Schema, value: unknown, root: unknown, at = '$'): string[] {
  return faultsBeside(schema, value, root, at, namesOf(schema, root))
}

/** `named`: members that the schema, or another one that holds for the same value, names. */
function faultsBeside(
  schema: Schema,
  value: unknown,
  root: unknown,
  at: string,
  named: Named,
): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !JUDGED.has(keyword))
  if (unknown.length > 0) return [`${at}: keywords that nobody judges: ${unknown.join(', ')}`]
  const faults: string[] = []
  for (const part of [...(schema.allOf ?? []), ...referred(schema, root)]) {
    faults.push(...faultsBeside(part, value, root, at, named))
  }
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOf(type, value))) {
    return [...faults, `${at}: expected ${[schema.type].flat().join(' or ')}, got ${typeOf(value)}`]
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    faults.push(`${at}: expected one of ${schema.enum.join(', ')}, got ${String(value)}`)
  }
  if (typeof value === 'number') faults.push(...faultsOfNumber(schema, value, at))
  if (typeof value === 'string') faults.push(...faultsOfText(schema, value, at))
  if (Array.isArray(value)) faults.push(...faultsOfArray(schema, value, root, at))
  if (isObject(value)) faults.push(...faultsOfObject(schema, value, root, at, named))
  return faults
}

/** What a $ref leads to, by its JSON Pointer. */
export function referred({ $ref }: Schema, root: unknown): Schema[] {
  if ($ref === undefined) return []
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], root)
  return [found as Schema]
}

function faultsOfNumber(schema: Schema, value: number, at: string): string[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum: over = -Infinity } = schema
  const isInside = value >= minimum && value <= maximum && (over === -Infinity || value > over)
  return isInside ? [] : [`${at}: ${value} is out of its bounds`]
}

function faultsOfText(schema: Schema, value: string, at: string): string[] {
  const { minLength = 0, maxLength = Infinity, pattern = '', format } = schema
  const faults: string[] = []
  const { length } = Array.from(value)
  if (length < minLength || length > maxLength) faults.push(`${at}: it has ${length} characters`)
  if (!new RegExp(pattern, 'u').test(value)) faults.push(`${at}: it does not match ${pattern}`)
  if (format !== undefined && FORMATS[format] === undefined) {
    faults.push(`${at}: a format that nobody judges: ${format}`)
  } else if (format !== undefined && !FORMATS[format]!.test(value)) {
    faults.push(`${at}: '${value}' is no ${format}`)
  }
  return faults
}

function faultsOfArray(schema: Schema, value: unknown[], root: unknown, at: string): string[] {
  const { prefixItems = [], items = {}, maxItems = Infinity } = schema
  const faults = value.flatMap((one, i) =>
    faultsOf(prefixItems[i] ?? items, one, root, `${at}/${i}`),
  )
  return value.length <= maxItems ? faults : [...faults, `${at}: it has ${value.length} items`]
}

function faultsOfObject(
  schema: Schema,
  value: Record<string, unknown>,
  root: unknown,
  at: string,
  named: Named,
): string[] {
  const { properties = {}, required = [], additionalProperties } = schema
  const missing = required.filter((name) => !Object.hasOwn(value, name))
  const faults = missing.map((name) => `${at}/${name}: it is missing`)
  for (const [name, member] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (own !== undefined) faults.push(...faultsOf(own, member, root, `${at}/${name}`))
    else if (typeof additionalProperties === 'object') {
      faults.push(...faultsOf(additionalProperties, member, root, `${at}/${name}`))
    } else if (additionalProperties !== true && named !== 'any' && !named.has(name)) {
      faults.push(`${at}/${name}: no schema names it`)
    }
  }
  return faults
}

/** `any`: nothing is said of members. */
type Named = ReadonlySet<string> | 'any'

function namesOf(schema: Schema, root: unknown): Named {
  const parts = [...(schema.allOf ?? []), ...referred(schema, root)].map((one) =>
    namesOf(one, root),
  )
  const named = parts.filter((one) => one !== 'any').flatMap((one) => [...one])
  if (schema.properties === undefined && named.length === 0) {
    return schema.additionalProperties === false ? new Set() : 'any'
  }
  return new Set([...named, ...Object.keys(schema.properties ?? {})])
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return typeOf(value) === type
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeOf(value) === 'object'
}

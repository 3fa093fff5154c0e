// What JSON values have in common, told by their form alone: no value of the traffic is kept.

/** The form of all values that were seen at a place. */
export interface Shape {
  /** How many values were seen. */
  seen: number
  types: Set<ShapeType>
  /** Of objects, by name. */
  members: Map<string, Shape>
  objects: number
  /** Whether names of members are values themselves: ids, or too many of them. */
  isMap: boolean
  /** Of all items of all arrays. */
  items: Shape | null
  /** Which formats all texts had so far; null: there was no text. */
  formats: Set<string> | null
}

export type ShapeType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/** Beyond so many different names they are taken for values. */
const MOST_MEMBERS = 200
const DEEPEST = 32

export function newShape(): Shape {
  return {
    ...{ seen: 0, types: new Set(), members: new Map(), objects: 0 },
    ...{ isMap: false, items: null, formats: null },
  }
}

/** Takes in one more value. */
export function see(shape: Shape, value: unknown, depth = 0): void {
  shape.seen++
  const type = typeOf(value)
  shape.types.add(type)
  if (typeof value === 'string') seeText(shape, value)
  if (depth === DEEPEST) return
  if (Array.isArray(value)) {
    shape.items ??= newShape()
    for (const item of value) see(shape.items, item, depth + 1)
  } else if (type === 'object') seeObject(shape, value as Record<string, unknown>, depth)
}

function seeObject(shape: Shape, value: Record<string, unknown>, depth: number): void {
  shape.objects++
  for (const [name, member] of Object.entries(value)) {
    if (isValueLike(name)) shape.isMap = true
    const key = shape.isMap ? ANY : name
    let known = shape.members.get(key)
    if (known === undefined) {
      if (shape.members.size >= MOST_MEMBERS) shape.isMap = true
      known = newShape()
      shape.members.set(shape.isMap ? ANY : name, known)
    }
    see(known, member, depth + 1)
  }
}

/** The name of all members of a map. */
const ANY = '\0'

function seeText(shape: Shape, text: string): void {
  const formats = FORMATS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name)
  if (shape.formats === null) shape.formats = new Set(formats)
  else for (const known of shape.formats) if (!formats.includes(known)) shape.formats.delete(known)
}

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['uuid', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i],
  ['email', /^[^\s@]+@[^\s@]+\.[^\s@.]+$/],
  ['uri', /^https?:\/\/[^\s]+$/],
]

/** A number or a UUID is an id, and no name that a schema would have. */
function isValueLike(name: string): boolean {
  return /^\d+$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(name)
}

/** As JSON Schema 2020-12. */
export function schemaOf(shape: Shape): Record<string, unknown> {
  const types = [...shape.types]
  if (shape.types.has('number') && shape.types.has('integer'))
    types.splice(types.indexOf('integer'), 1)
  types.sort()
  const schema: Record<string, unknown> = {}
  if (types.length === 1) schema.type = types[0]
  else if (types.length > 1) schema.type = types
  const [format] = shape.formats ?? []
  if (format !== undefined) schema.format = format
  if (shape.types.has('array')) schema.items = shape.items === null ? {} : schemaOf(shape.items)
  if (shape.types.has('object')) Object.assign(schema, schemaOfMembers(shape))
  return schema
}

function schemaOfMembers({ members, objects, isMap }: Shape): Record<string, unknown> {
  if (isMap) {
    const all = [...members.values()].map(schemaOf)
    const texts = new Set(all.map((one) => JSON.stringify(one)))
    return { additionalProperties: texts.size === 1 ? all[0] : {} }
  }
  const named = [...members].sort(([a], [b]) => (a < b ? -1 : 1))
  const required = named.filter(([, { seen }]) => seen === objects).map(([name]) => name)
  const properties = Object.fromEntries(named.map(([name, member]) => [name, schemaOf(member)]))
  return { properties, ...(required.length > 0 && { required }) }
}

function typeOf(value: unknown): ShapeType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as 'boolean' | 'string' | 'object'
}

import fc from 'fast-check'

// What one application has in common with itself after it lost its state: how its ids look, how it
// names things, how it knows its users. Only the ids themselves are other ones.

/**
 * `count`: 1, 2, 3 from some base. `pool`: small numbers in any order, given again when free. `sparse`:
 * numbers of five digits. `short`: base 36. `uuid`, `object`: as such.
 */
export const IDS = ['count', 'pool', 'sparse', 'short', 'uuid', 'object'] as const
export type Ids = (typeof IDS)[number]

export interface World {
  /** What things are called: those that others belong to, those that belong, and those within them. */
  nouns: { project: string; item: string; task: string }
  ids: { project: Ids; item: Ids; task: Ids; file: Ids }
  /** How JSON spells ids that are numbers. */
  spelling: 'number' | 'string'
  keys: 'camel' | 'snake'
  tags: 'number' | 'hex' | 'weak'
  /** How a client shows who it is. */
  login: 'none' | 'bearer' | 'cookie' | 'header'
  token: 'hex' | 'base64' | 'jwt'
  /** Where a read hands out the token of a form. */
  form: 'input' | 'meta' | 'json' | 'field'
  /** Whether what an answer shows comes in an envelope. */
  envelope: 'none' | 'data'
  /** Requests in a hundred that an overloaded backend refuses before it does anything. */
  overload: 0 | 5
}

const anyIds = fc.constantFrom(...IDS)

export const anyWorld: fc.Arbitrary<World> = fc.record({
  nouns: fc.constantFrom(
    { project: 'project', item: 'item', task: 'task' },
    { project: 'group', item: 'device', task: 'part' },
    { project: 'work order', item: 'box', task: 'entry' },
  ),
  ids: fc.record({ project: anyIds, item: anyIds, task: anyIds, file: anyIds }),
  spelling: fc.constantFrom('number', 'number', 'string'),
  keys: fc.constantFrom('camel', 'snake'),
  tags: fc.constantFrom('number', 'hex', 'weak'),
  login: fc.constantFrom('none', 'bearer', 'cookie', 'header'),
  token: fc.constantFrom('hex', 'base64', 'jwt'),
  form: fc.constantFrom('input', 'meta', 'json', 'field'),
  envelope: fc.constantFrom('none', 'none', 'data'),
  overload: fc.constantFrom(0, 0, 5),
})

/** `/work-orders` of `work order`. */
export function collectionPath(noun: string): string {
  const name = noun.replaceAll(' ', '-')
  if (name.endsWith('y')) return `/${name.slice(0, -1)}ies`
  return `/${name}${name.endsWith('x') ? 'es' : 's'}`
}

/** `workOrderId`, `work_order_id`. */
export function keyOf(words: string, { keys }: Pick<World, 'keys'>): string {
  return keys === 'snake'
    ? words.replaceAll(' ', '_')
    : words.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase())
}

import fc from 'fast-check'
import type { Entry } from '../../../journal/entry.ts'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import { entryWith } from '../sending/entries.ts'
import { requestOf } from '../aliases/exchanges.ts'

// A shop that forgets: things with ids that it makes up, slots with names that clients make up, and orders,
// which keep what a thing or a slot was like when they were made. Quantities are small numbers, as ids are.

export const SHOP_RULES = [
  'PUT /things/:id replaces PUT|PATCH /things/:id',
  'PUT /things/:id/config replaces PUT /things/:id/config',
  'PUT /slots/:name replaces PUT /slots/:name',
  'DELETE /things/:id cancels /things/:id made by POST /things',
  'DELETE /slots/:name cancels /slots/:name',
  'DELETE /things clears /things/:id made by POST /things',
]

export interface ShopWorld {
  /** How ids go on; from the first one. */
  ids: 'count' | 'words'
  from: number
  /** What a PUT that makes a slot is answered with. */
  made: 200 | 201
}

export interface ShopAct {
  what: (typeof WHATS)[number]
  one: number
  number: number
}

const WHATS = [
  ...(['make', 'put', 'patch', 'bump', 'config', 'order', 'delete', 'clear', 'slot'] as const),
  ...(['unslot', 'orderSlot', 'broken'] as const),
] as const

/** Whoever keeps an order keeps what it was of: there are few. */
const anyWhat = fc.constantFrom(
  ...WHATS,
  ...(['make', 'make', 'put', 'put', 'put', 'patch', 'config', 'config', 'slot', 'slot'] as const),
  ...(['delete', 'delete', 'clear', 'unslot'] as const),
)

export const anyShopping: fc.Arbitrary<{ world: ShopWorld; acts: ShopAct[] }> = fc.record({
  world: fc.record({
    ids: fc.constantFrom('count' as const, 'words' as const),
    from: fc.nat(9),
    made: fc.constantFrom(200 as const, 201 as const),
  }),
  acts: fc.array(fc.record({ what: anyWhat, one: fc.nat(1), number: fc.nat(12) }), {
    minLength: 1,
    maxLength: 80,
    size: 'max',
  }),
})

interface Thing {
  tag: string
  level: number
  note: number | null
  config: number | null
}

type Body = Record<string, string | number>

interface Answered {
  status: number
  body?: Record<string, unknown>
  location?: string
}

export class Shop {
  readonly #world: ShopWorld
  readonly #things = new Map<string, Thing>()
  readonly #slots = new Map<string, Thing>()
  readonly #orders: unknown[] = []
  #made = 0

  constructor(world: ShopWorld) {
    this.#world = world
  }

  /** With what clients called things in the place of their ids, in the order in which they were made. */
  state(): unknown {
    return {
      things: [...this.#things.values()],
      slots: Object.fromEntries([...this.#slots].sort(([a], [b]) => (a < b ? -1 : 1))),
      orders: this.#orders,
    }
  }

  get things(): string[] {
    return [...this.#things.keys()]
  }

  answer(method: string, path: string, body: Body): Answered {
    const [, top, id, below] = path.split('/')
    if (top === 'orders') return this.#order(body)
    if (top === 'slots') return this.#slot(method, id!, body)
    if (id === undefined) return method === 'POST' ? this.#make(body) : this.#clear()
    const thing = this.#things.get(id)
    if (thing === undefined) return { status: 404 }
    const { tag, level, value, note } = body
    if (method === 'DELETE') {
      this.#things.delete(id)
      return { status: 204 }
    }
    if (below === 'config') thing.config = Number(value)
    else if (below === 'bump') thing.level++
    else if (method === 'PATCH') thing.note = Number(note)
    else Object.assign(thing, { tag: String(tag), level: Number(level), note: null })
    return { status: 200, body: { id: this.#shown(id), ...thing } }
  }

  #make({ tag, level }: Body): Answered {
    const n = this.#world.from + ++this.#made
    const id = this.#world.ids === 'count' ? String(n) : `k${(n * 7919 + 1e6).toString(16)}f3e9b2c7`
    this.#things.set(id, { tag: String(tag), level: Number(level), note: null, config: null })
    return { status: 201, body: { id: this.#shown(id), tag, level }, location: `/things/${id}` }
  }

  #clear(): Answered {
    this.#things.clear()
    return { status: 204 }
  }

  #slot(method: string, name: string, { level }: Body): Answered {
    const isThere = this.#slots.has(name)
    if (method === 'DELETE') return { status: this.#slots.delete(name) ? 204 : 404 }
    this.#slots.set(name, { tag: name, level: Number(level), note: null, config: null })
    return { status: isThere ? 200 : this.#world.made, body: { level } }
  }

  #order({ thingId, slot, quantity }: Body): Answered {
    const of =
      slot === undefined ? this.#things.get(String(thingId)) : this.#slots.get(String(slot))
    if (of === undefined) return { status: 422 }
    this.#orders.push({ ...of, quantity })
    return { status: 201, body: { quantity } }
  }

  #shown(id: string): string | number {
    return this.#world.ids === 'count' ? Number(id) : id
  }
}

/** Lets one client do it, and records it. */
export function shopped(
  world: ShopWorld,
  acts: readonly ShopAct[],
): { shop: Shop; stream: Entry[] } {
  const shop = new Shop(world)
  const stream: Entry[] = []
  for (const [i, act] of acts.entries()) {
    const [method, path, body] = requestFor(act, i, shop.things)
    if (act.what === 'broken') continue
    const answered = shop.answer(method, path, body ?? {})
    if (answered.status < 400) stream.push(recorded(i + 1, method, path, body, answered))
  }
  return { shop, stream }
}

type Said = [method: string, path: string, body?: Body]

function requestFor({ what, one, number }: ShopAct, i: number, things: readonly string[]): Said {
  const id = things[one % Math.max(1, things.length)] ?? 'none'
  const path = `/things/${id}`
  const slot = `/slots/s${one % 2}`
  const thingId = /^\d+$/.test(id) ? Number(id) : id
  const requests: Record<ShopAct['what'], Said> = {
    make: ['POST', '/things', { tag: `t${i}`, level: number }],
    put: ['PUT', path, { tag: `t${i}`, level: number }],
    patch: ['PATCH', path, { note: number }],
    bump: ['POST', `${path}/bump`],
    config: ['PUT', `${path}/config`, { value: number }],
    order: ['POST', '/orders', { thingId, quantity: number }],
    delete: ['DELETE', path],
    clear: ['DELETE', '/things'],
    slot: ['PUT', slot, { level: number }],
    unslot: ['DELETE', slot],
    orderSlot: ['POST', '/orders', { slot: `s${one % 2}`, quantity: number }],
    broken: ['PUT', path, { tag: `t${i}`, level: number }],
  }
  return requests[what]
}

/** Each behind all that went before. */
function recorded(
  id: number,
  method: string,
  target: string,
  body: Record<string, unknown> | undefined,
  { status, body: answer, location }: Answered,
): Entry {
  const type = ['Content-Type', 'application/json']
  const at = id * 10_000_000
  return entryWith({
    ...{ id, number: id, method, target, status, arrivedAt: at, answeredAt: at + 1000 },
    ...{ orderedAt: at + 1000, contentType: body ? type[1]! : null },
    requestHeaders: body === undefined ? [] : type,
    requestBody: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    responseHeaders: [...(answer ? type : []), ...(location ? ['Location', location] : [])],
    responseBody: Buffer.from(answer === undefined ? '' : JSON.stringify(answer)),
  })
}

/** Sends a recording to a shop that lost everything; answers it, and what was refused. */
export function reshopped(
  world: ShopWorld,
  stream: readonly Entry[],
): { shop: Shop; refused: string[] } {
  const shop = new Shop(world)
  const patterns = new Patterns()
  for (const entry of stream) patterns.observe(entry)
  const aliases = new Aliases({ patterns })
  const refused: string[] = []
  for (const entry of stream) {
    const { request } = aliases.rewrite(entry, requestOf(entry))
    const { method, target, body } = request
    const said = Buffer.isBuffer(body) && body.length > 0 ? body.toString() : '{}'
    const { status, body: shown, location } = shop.answer(method, target, JSON.parse(said) as {})
    if (status >= 400) refused.push(`${entry.id} ${method} ${target}: ${status}`)
    aliases.learn(entry, request, {
      ...{ status, reason: '', trailers: [] },
      fields: [
        ...(shown ? ['Content-Type', 'application/json'] : []),
        ...(location ? ['Location', location] : []),
      ],
      body: Buffer.from(shown === undefined ? '' : JSON.stringify(shown)),
    })
  }
  return { shop, refused }
}

import type { RawFields } from '../../../wire/fields.ts'
import { fieldValue } from '../../../wire/fields.ts'
import { Chance } from '../../loop/chance.ts'

// A backend in memory that makes up the ids of what it is told to keep. Two of them with other
// seeds answer the same requests with other ids; their states are equal up to those.

/**
 * How ids look. `pool`: small numbers of each collection in any order, given again when they are
 * free. `count`: from some number on. `short`: four hex digits. `uuid`: as such.
 */
export const IDS = ['pool', 'count', 'short', 'uuid'] as const
export type Ids = (typeof IDS)[number]

interface Thing {
  kind: 'item' | 'group' | 'part'
  id: string | number
  /** Place in the order of creation, over all kinds. */
  ordinal: number
  tag: string
  createdAt: string
  name: string
  quantity: number
  group: Thing | null
  groups: Thing[]
  parts: Thing[]
  state: 'there' | 'gone'
}

export interface Asked {
  method: string
  target: string
  fields: RawFields
  body: string
}

export interface Answered {
  status: number
  fields: string[]
  body: string
}

export class Backend {
  readonly #chance: Chance
  readonly #ids: Ids
  readonly #all: Thing[] = []
  readonly #counts = new Map<string, number>()
  #tags: number

  constructor(ids: Ids, seed: number) {
    this.#chance = new Chance(seed)
    this.#ids = ids
    this.#tags = this.#chance.below(20)
  }

  /** All that it keeps, with ordinals in the place of ids. */
  state(): unknown {
    return this.#all.map(({ kind, ordinal, name, quantity, group, groups, parts, state }) => ({
      ...{ kind, ordinal, name, quantity, state, group: group?.ordinal ?? null },
      ...{ groups: groups.map((one) => one.ordinal), parts: parts.map((one) => one.ordinal) },
    }))
  }

  /** What is there, with places among it in the place of ids. */
  living(): unknown {
    const all = this.#living()
    const at = (thing: Thing) => all.indexOf(thing)
    return all.map(({ kind, name, quantity, group, groups, parts }) => ({
      ...{ kind, name, quantity, group: group && at(group) },
      ...{ groups: groups.map(at), parts: parts.map(at) },
    }))
  }

  /** Which of what is there has an id; undefined: nothing has. */
  placeOf(kind: Thing['kind'], id: unknown): number | undefined {
    const thing = this.#find(kind, String(id))
    return thing && this.#living().indexOf(thing)
  }

  /** As a read would show what is there in a place. */
  read(place: number): Omit<Answered, 'status'> {
    return this.#shown(this.#living()[place]!, [])
  }

  /** A part that was written out of its item is seen by nobody, and goes with no item. */
  #living(): Thing[] {
    const there = this.#all.filter(({ state }) => state === 'there')
    const held = new Set(there.flatMap(({ parts }) => parts))
    return there.filter((one) => one.kind !== 'part' || held.has(one))
  }

  answer(asked: Asked): Answered {
    const { method, fields } = asked
    const url = new URL(asked.target, 'http://backend.test')
    const [, collection, id, below, inner] = url.pathname.split('/')
    const body = asked.body === '' ? {} : (JSON.parse(asked.body) as Record<string, unknown>)
    if (collection === 'groups') return this.#made(this.#make('group', body, '/groups'), '/groups')
    if (id === undefined) return this.#made(this.#make('item', body, '/items'), '/items')
    const item = this.#find('item', id)
    if (item === undefined) return { status: 404, fields: [], body: '' }
    if (below === 'parts') return this.#part(item, url.pathname, inner, body)
    if (method === 'DELETE') {
      for (const one of [item, ...item.parts]) one.state = 'gone'
      return { status: 204, fields: [], body: '' }
    }
    if (method === 'PUT' && below === undefined) return this.#replace(item, body, fields)
    const said = (body['groupId'] as Thing['id'] | undefined) ?? url.searchParams.get('group')
    const group = this.#find('group', String(inner ?? said ?? fieldValue(fields, 'x-group')))
    if (group === undefined) return { status: 422, fields: [], body: '' }
    if (below === 'groups' && !item.groups.includes(group)) item.groups.push(group)
    else item.group = group
    return this.#changed(item)
  }

  #part(
    item: Thing,
    path: string,
    inner: string | undefined,
    body: Record<string, unknown>,
  ): Answered {
    if (inner === undefined) {
      const part = this.#make('part', body, path)
      item.parts.push(part)
      return this.#made(part, path)
    }
    const part = item.parts.find((one) => String(one.id) === inner)
    if (part === undefined) return { status: 404, fields: [], body: '' }
    part.quantity = Number(body['quantity'])
    return this.#changed(part)
  }

  #replace(item: Thing, body: Record<string, unknown>, fields: RawFields): Answered {
    const condition = fieldValue(fields, 'if-match')
    if (condition !== undefined && condition !== item.tag)
      return { status: 412, fields: [], body: '' }
    if (body['id'] !== item.id) return { status: 422, fields: [], body: '' }
    const groups = (body['groups'] as (string | number)[]).map((id) =>
      this.#find('group', String(id)),
    )
    const groupId = body['groupId'] as Thing['id'] | null
    const group = groupId === null ? null : this.#find('group', String(groupId))
    const parts = (body['parts'] as { id: unknown }[]).map(({ id }) =>
      item.parts.find((one) => one.id === id),
    )
    if (group === undefined || [...groups, ...parts].includes(undefined)) {
      return { status: 422, fields: [], body: '' }
    }
    Object.assign(item, { groups, group, parts })
    item.name = String(body['name'])
    item.quantity = Number(body['quantity'])
    return this.#changed(item)
  }

  #find(kind: Thing['kind'], id: string): Thing | undefined {
    return this.#all.find(
      (one) => one.kind === kind && String(one.id) === id && one.state === 'there',
    )
  }

  #make(kind: Thing['kind'], body: Record<string, unknown>, collection: string): Thing {
    const thing: Thing = {
      ...{ kind, id: this.#newId(collection), ordinal: this.#all.length, tag: this.#newTag() },
      createdAt: new Date(1e12 + this.#chance.below(1e9)).toISOString(),
      ...{ name: String(body['name']), quantity: Number(body['quantity']) },
      ...{ group: null, groups: [], parts: [], state: 'there' },
    }
    this.#all.push(thing)
    return thing
  }

  #newId(collection: string): string | number {
    switch (this.#ids) {
      case 'uuid':
        return this.#chance
          .bytes(16)
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      case 'short': {
        for (;;) {
          const id = this.#chance.bytes(2).toString('hex')
          if (/\d/.test(id) && /[a-f]/.test(id) && !this.#all.some((one) => one.id === id))
            return id
        }
      }
      case 'count': {
        const last = this.#counts.get(collection) ?? this.#chance.below(9)
        this.#counts.set(collection, last + 1)
        return last + 1
      }
      case 'pool': {
        for (;;) {
          const id = 1 + this.#chance.below(30)
          const isTaken = this.#all.some((one) => one.id === id && one.state === 'there')
          if (!isTaken || this.#all.length > 25) return isTaken ? 100 + this.#all.length : id
        }
      }
    }
  }

  #newTag(): string {
    this.#tags += 1 + this.#chance.below(2)
    return this.#ids === 'uuid' ? `"${this.#chance.bytes(6).toString('hex')}"` : `"${this.#tags}"`
  }

  #made(thing: Thing, collection: string): Answered {
    const fields = ['Location', `${collection}/${thing.id}`]
    return { status: 201, ...this.#shown(thing, fields) }
  }

  #changed(thing: Thing): Answered {
    thing.tag = this.#newTag()
    return { status: 200, ...this.#shown(thing, []) }
  }

  #shown(thing: Thing, more: string[]): Omit<Answered, 'status'> {
    const { id, name, quantity, createdAt, group, groups, parts, tag } = thing
    const shown = {
      ...{ id, name, quantity, createdAt, groupId: group?.id ?? null },
      groups: groups.map((one) => one.id),
      parts: parts.map((one) => ({ id: one.id, quantity: one.quantity })),
    }
    return {
      fields: [...more, 'ETag', tag, 'Content-Type', 'application/json'],
      body: JSON.stringify(shown),
    }
  }
}

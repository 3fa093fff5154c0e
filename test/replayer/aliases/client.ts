import fc from 'fast-check'
import { fieldValue } from '../../../wire/fields.ts'
import type { Answered, Asked, Backend } from './backend.ts'

export type Act = {
  what: (typeof ACTS)[number]
  item: number
  group: number
  part: number
  number: number
}

/** What a client may do. */
export const ACTS = [
  ...(['create', 'group', 'link-path', 'link-body', 'link-header', 'link-query'] as const),
  ...(['nest', 'change-part', 'delete', 'write-back'] as const),
]

/** What clients did, one after the other. */
export const history = fc.array(
  fc.record<Act>({
    what: fc.constantFrom(...ACTS),
    item: fc.nat(4),
    group: fc.nat(4),
    part: fc.nat(3),
    number: fc.nat(12),
  }),
  { minLength: 3, maxLength: 40 },
)

export interface Shown {
  id: unknown
  parts: { id: unknown }[]
  [name: string]: unknown
}

/** A client that knows nothing but what it was answered. */
export class Client {
  #backend: Backend
  #items: { shown: Shown; tag: string }[] = []
  #groups: Shown[] = []
  readonly exchanges: { asked: Asked; answered: Answered }[] = []

  constructor(backend: Backend) {
    this.#backend = backend
  }

  do({ what, item, group, part, number }: Act): void {
    const body = { name: `thing ${number}`, quantity: number }
    if (what === 'create') return this.#keep(this.#ask('POST', '/items', body))
    if (what === 'group') {
      this.#groups.push(JSON.parse(this.#ask('POST', '/groups', body).body) as Shown)
      return
    }
    const at = item % (this.#items.length || 1)
    const known = this.#items[at]
    const to = this.#groups[group % (this.#groups.length || 1)]
    if (known === undefined) return
    const path = `/items/${String(known.shown.id)}`
    const link = to === undefined ? null : this.#link(what, path, to.id, number)
    if (link !== null) return this.#keep(link, at)
    const nested = known.shown.parts[part % (known.shown.parts.length || 1)]
    if (what === 'nest') {
      const answered = this.#ask('POST', `${path}/parts`, body)
      if (answered.status >= 400) return
      const made = JSON.parse(answered.body) as Shown
      known.shown.parts.push({ id: made.id, quantity: number } as { id: unknown })
      known.tag = ''
    } else if (what === 'change-part' && nested !== undefined) {
      this.#ask('PUT', `${path}/parts/${String(nested.id)}`, body)
    } else if (what === 'delete') {
      this.#ask('DELETE', path)
      this.#items.splice(at, 1)
    } else if (what === 'write-back') {
      const fields = known.tag === '' ? [] : ['If-Match', known.tag]
      this.#keep(this.#ask('PUT', path, { ...known.shown, ...body }, fields), at)
    }
  }

  /** Goes on with another backend that has the same things, with what it knows or what it reads there. */
  goOn(backend: Backend, knowing: 'what it knew' | 'what it reads'): void {
    const before = this.#backend
    this.#backend = backend
    if (knowing === 'what it knew') return
    const read = (kind: 'item' | 'group', id: unknown) => {
      const place = before.placeOf(kind, id)
      return place === undefined ? [] : [backend.read(place)]
    }
    const items = this.#items.flatMap(({ shown }) => read('item', shown.id))
    const groups = this.#groups.flatMap(({ id }) => read('group', id))
    this.#items = items.map(({ body, fields }) => ({
      shown: JSON.parse(body) as Shown,
      tag: fieldValue(fields, 'etag') ?? '',
    }))
    this.#groups = groups.map(({ body }) => JSON.parse(body) as Shown)
  }

  #link(what: Act['what'], path: string, group: unknown, number: number): Answered | null {
    const id = String(group)
    if (what === 'link-path') return this.#ask('PUT', `${path}/groups/${id}`)
    if (what === 'link-body') return this.#ask('PATCH', path, { groupId: group, quantity: number })
    if (what === 'link-header') return this.#ask('PATCH', path, undefined, ['X-Group', id])
    if (what === 'link-query') return this.#ask('PATCH', `${path}?limit=${number}&group=${id}`)
    return null
  }

  #keep(answered: Answered, at = this.#items.length): void {
    // A refusal tells it nothing.
    if (answered.status >= 400) return
    const shown = JSON.parse(answered.body) as Shown
    this.#items[at] = { shown, tag: fieldValue(answered.fields, 'etag') ?? '' }
  }

  #ask(method: string, target: string, body?: unknown, fields: string[] = []): Answered {
    const text = body === undefined ? '' : JSON.stringify(body)
    const type = text === '' ? [] : ['Content-Type', 'application/json']
    const asked = { method, target, fields: [...fields, ...type], body: text }
    const answered = this.#backend.answer(asked)
    this.exchanges.push({ asked, answered })
    return answered
  }
}

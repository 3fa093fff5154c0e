import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import { fieldValue } from '../../../wire/fields.ts'
import { Backend, IDS, type Answered, type Asked, type Ids } from './backend.ts'
import { answerOf, entryOf, requestOf } from './exchanges.ts'

// Whatever clients did: played again against a backend that makes up other ids, every request is
// answered as it was, and what is kept in the end is the same but for the ids.

/** Histories; the variable REPRISE_HISTORIES says how many more. */
const RUNS = Number(process.env['REPRISE_HISTORIES'] ?? 300)

type Act = {
  what: (typeof ACTS)[number]
  item: number
  group: number
  part: number
  number: number
}

const ACTS = [
  ...(['create', 'group', 'link-path', 'link-body', 'link-header', 'link-query'] as const),
  ...(['nest', 'change-part', 'delete', 'write-back'] as const),
]

const history = fc.array(
  fc.record<Act>({
    what: fc.constantFrom(...ACTS),
    item: fc.nat(4),
    group: fc.nat(4),
    part: fc.nat(3),
    number: fc.nat(12),
  }),
  { minLength: 3, maxLength: 40 },
)

interface Shown {
  id: unknown
  parts: { id: unknown }[]
  [name: string]: unknown
}

/** A client that knows nothing but what it was answered. */
class Client {
  readonly #backend: Backend
  readonly #items: { shown: Shown; tag: string }[] = []
  readonly #groups: Shown[] = []
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
      const made = JSON.parse(this.#ask('POST', `${path}/parts`, body).body) as Shown
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

  #link(what: Act['what'], path: string, group: unknown, number: number): Answered | null {
    const id = String(group)
    if (what === 'link-path') return this.#ask('PUT', `${path}/groups/${id}`)
    if (what === 'link-body') return this.#ask('PATCH', path, { groupId: group, quantity: number })
    if (what === 'link-header') return this.#ask('PATCH', path, undefined, ['X-Group', id])
    if (what === 'link-query') return this.#ask('PATCH', `${path}?limit=${number}&group=${id}`)
    return null
  }

  #keep(answered: Answered, at = this.#items.length): void {
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

/** What a client did, played again: each exchange as it was and is, and both states. */
function replayed(acts: readonly Act[], ids: Ids, seed: number) {
  const recorded = new Backend(ids, seed)
  const client = new Client(recorded)
  for (const act of acts) client.do(act)
  const entries = client.exchanges.map(({ asked, answered }, i) =>
    entryOf({
      ...asked,
      fields: [...asked.fields],
      ...{
        id: i + 1,
        status: answered.status,
        answerFields: answered.fields,
        answer: answered.body,
      },
    }),
  )
  const patterns = new Patterns()
  for (const entry of entries) patterns.observe(entry)
  const aliases = new Aliases({ patterns })
  const again = new Backend(ids, seed + 7919)
  const exchanges = entries.map((entry) => {
    const { request } = aliases.rewrite(entry, requestOf(entry))
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
    const { status, fields: answerFields, body: answer } = again.answer({ ...request, body })
    aliases.learn(entry, request, answerOf({ status, answerFields, answer }))
    const what = `${request.method} ${entry.target} as ${request.target}`
    return { was: `${what}: ${entry.status}`, now: `${what}: ${status}` }
  })
  return { recorded, again, exchanges }
}

test.each(IDS)('the state is the same up to ids that are %s', (ids) => {
  fc.assert(
    fc.property(history, fc.nat(1e6), (acts, seed) => {
      const { recorded, again, exchanges } = replayed(acts, ids, seed)
      expect(exchanges.map(({ now }) => now)).toEqual(exchanges.map(({ was }) => was))
      expect(again.state()).toEqual(recorded.state())
    }),
    { numRuns: RUNS },
  )
})

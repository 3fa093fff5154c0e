import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { walkFields } from '../../../aliases/header-text.ts'
import { walkRequest } from '../../../aliases/message.ts'
import { deep } from '../../../aliases/value-text.ts'
import { LiveAliases } from '../../../proxy/live/live-aliases.ts'
import { loadAliases, tableOf, type AliasSource } from '../../../proxy/live/alias-table.ts'

// What clients call otherwise than the backend, over however many restores.

const names = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 5 })

test('what clients say goes in as the backend calls it, and comes back as they knew it first', () => {
  const message = (id: string, other: string) => ({
    target: `/things/${id}/parts?of=${id}&other=${other}`,
    fields: [
      'If-Match',
      `"${id}"`,
      'Authorization',
      `Bearer ${id}`,
      'Cookie',
      `a=${id}; b=${other}`,
    ],
    body: Buffer.from(`{"id":"${id}", "by":{"${id}":1}, "text":"not ${id}", "n" : 1.50}`),
  })
  const typed = (said: ReturnType<typeof message>) => ({
    ...said,
    fields: [...said.fields, 'Content-Type', 'application/json'],
  })
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), fc.uuid(), (things, other) => {
      fc.pre(new Set([...things.flat(), other]).size === things.flat().length + 1)
      const table = tableOf(things)!
      for (const [first, ...later] of things) {
        const now = later.at(-1)!
        for (const name of [first!, ...later]) {
          const said = message(name, other)
          const sent = walkRequest(typed(said), table.toBackend)
          const asNow = message(now, other)
          // Text that only holds an id is nobody's.
          asNow.body = Buffer.from(asNow.body.toString().replace(`not ${now}`, `not ${name}`))
          expect(sent).toEqual(typed(asNow))
          const back = walkFields(sent.fields, deep(table.toClient))
          expect(back.slice(0, 4)).toEqual(message(first!, other).fields.slice(0, 4))
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('a name of two things is nobody’s, and one that the backend uses now is that', () => {
  const replaced = (things: string[][], value: string) => {
    const visit = tableOf(things)?.toBackend
    return visit?.(value, {} as never)?.text
  }
  expect(replaced([['a', 'b']], 'a')).toBe('b')
  expect(replaced([['a', 'b']], 'b')).toBe(undefined)
  expect(
    replaced(
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
      'a',
    ),
  ).toBe(undefined)
  expect(
    replaced(
      [
        ['a', 'b'],
        ['c', 'a'],
      ],
      'a',
    ),
  ).toBe(undefined)
  expect(tableOf([])).toBe(null)
})

interface Row {
  run: number
  producer: number
  old: string
  new: string
}

function sourceOf(
  runs: readonly number[],
  rows: readonly Row[],
  sent: readonly number[],
): AliasSource {
  return {
    restorations: async () => runs.map((run, i) => ({ epoch: i + 2, run, upTo: i })),
    aliases: async ({ id }, which) => {
      const { after = -1, limit } = which as { after?: number; limit: number }
      return rows
        .filter(({ run }) => run === id)
        .map(({ producer, old, new: now }, number) => ({
          ...{ number, producer, old, new: now, place: 'json /id', kind: null },
          secrecy: 'plain' as const,
        }))
        .filter(({ number }) => number > after)
        .slice(0, limit)
    },
    attempted: async (_run, entries) =>
      (entries as number[])
        .filter((entry) => sent.includes(entry))
        .map((entry) => ({ entry, position: entry, outcome: 'same' as const })),
  }
}

test('names are gathered over all restores, and small numbers and moments are left out', async () => {
  const [a, b, c, d, e] = Array.from({ length: 5 }, () => randomUUID())
  const rows = [
    { run: 7, producer: 1, old: a!, new: b! },
    { run: 7, producer: 2, old: '17', new: '5' },
    { run: 7, producer: 2, old: '2026-01-02T03:04:05Z', new: '2026-02-02T03:04:05Z' },
    { run: 9, producer: 1, old: a!, new: c! },
    { run: 9, producer: 3, old: d!, new: e! },
  ]
  const table = await loadAliases(sourceOf([7, 9], rows, []), 's', 100)
  const now = [a, b, d, '17'].map((value) => table!.toBackend(value!, {} as never)?.text)
  expect(now).toEqual([c, c, e, undefined])
  expect(table!.toClient(c!, {} as never)?.text).toBe(a)
  expect(table!.size).toBe(3)
  const few = await loadAliases(sourceOf([7, 9], rows, []), 's', 1)
  expect(few!.toBackend(d!, {} as never)?.text).toBe(e)
  expect(few!.size).toBe(1)
})

test('what the last restore sent and got as recorded has its first name again; what it did not send, its last', async () => {
  const [a, b] = [randomUUID(), randomUUID()]
  const rows = [{ run: 7, producer: 1, old: a, new: b }]
  const sent = await loadAliases(sourceOf([7, 9], rows, [1]), 's', 100)
  expect(sent!.toBackend(b, {} as never)?.text).toBe(a)
  expect(sent!.toBackend(a, {} as never)).toBe(undefined)
  const unsent = await loadAliases(sourceOf([7, 9], rows, []), 's', 100)
  expect(unsent!.toBackend(a, {} as never)?.text).toBe(b)
})

test('what a former restore gave, and an answer of its life showed, is no thing of its own', async () => {
  const [a, b, c, d] = Array.from({ length: 4 }, () => randomUUID())
  const rows = [
    { run: 7, producer: 1, old: a!, new: b! },
    { run: 9, producer: 1, old: a!, new: c! },
    { run: 9, producer: 5, old: b!, new: c! },
    { run: 11, producer: 1, old: a!, new: d! },
  ]
  const named = async (runs: readonly number[]) => {
    const { toBackend, toClient } = (await loadAliases(sourceOf(runs, rows, [1, 5]), 's', 100))!
    const said = [toBackend(a!, {} as never), toBackend(b!, {} as never)].map((one) => one?.text)
    const now = runs.length === 2 ? c! : d!
    return [...said, toClient(now, {} as never)?.text]
  }
  expect(await named([7, 9])).toEqual([c, c, a])
  expect(await named([7, 9, 11])).toEqual([d, d, a])
})

test('they expire some time after the restore, and another restore has others', async () => {
  const rows = [{ run: 7, producer: 1, old: randomUUID(), new: randomUUID() }]
  const rules = { expiry: 60_000, most: 100 }
  const said: string[] = []
  const live = new LiveAliases(sourceOf([7], rows, []), 's', rules, (line) => said.push(line))
  const ago = (ms: number) => (Date.now() - ms) * 1000
  await live.prepare({ number: 2, endedAt: ago(10_000) })
  expect(live.table?.size).toBe(1)
  await live.prepare({ number: 3, endedAt: ago(90_000) })
  expect(live.table).toBe(null)
  expect(said).toEqual([
    'epoch 2: 1 values of clients are renamed',
    'the aliases of 1 values of clients have expired',
  ])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { itemsOf } from '../../../journal/files/exporting.ts'
import type { FiledEntry, FileItem } from '../../../journal/files/filed.ts'
import { importItems } from '../../../journal/files/importing.ts'
import { readReprise } from '../../../journal/files/reprise/read.ts'
import { writeReprise } from '../../../journal/files/reprise/write.ts'
import type { FileStore } from '../../../journal/files/store.ts'
import type { Journal } from '../../../journal/contract.ts'
import type { NewEntry } from '../../../journal/entry.ts'
import { createDatabase } from '../../support/database.ts'
import { useJournal } from '../../support/recorder.ts'
import { anyEntry, body, newEntry, newStream, NOON, recorded } from '../entries.ts'
import { appendAll, auditOf, enrolled, entriesOf, entryRecord, inPieces } from '../records.ts'

const database = await createDatabase()
const KEY = Buffer.alloc(32, 'file')

type Secrets = 'sealed' | 'left_out'

async function exported(journal: FileStore, stream: string, secrets: Secrets = 'left_out') {
  const items = itemsOf(journal, {
    ...{ filter: { stream }, shots: 'also' },
    secrets: secrets === 'sealed' ? 'opened' : 'left_out',
  })
  let text = ''
  const key = secrets === 'sealed' ? KEY : null
  for await (const line of writeReprise(items, { key })) text += line
  return text
}

const reading = (text: string) => () =>
  readReprise(
    (async function* () {
      yield Buffer.from(text)
    })(),
    { name: 'a.jsonl', keys: [KEY], unopened: 'refuse', digests: 'check' },
  )

async function imported(journal: Journal, text: string, stream = newStream()) {
  return importItems(journal, reading(text), { stream, into: 'empty' })
}

/** All that is known of the entries, but for what is of one journal alone. */
async function contents(journal: Journal, stream: string, how: 'masked' | 'opened' = 'opened') {
  const entries = await journal.entries({ stream }, { limit: 10_000, bytes: 1e9 }, how)
  return entries.map((entry) => ({ ...entry, id: 0, stream: '' }))
}

const secretive = (number: number): NewEntry =>
  newEntry(number, {
    request: {
      target: '/login?access_token=in-a-query&page=1',
      fields: ['Authorization', 'Bearer of-a-head', 'content-type', 'application/json'],
      body: body('{"user":"ada","password":"of-a-body"}'),
      clientForm: {
        target: '/login?access_token=of-a-client',
        fields: [{ at: 0, name: 'Authorization', value: 'Bearer of-a-client' }],
        body: [{ offset: 9, length: 3, text: 'bob' }],
        omitted: 7,
      },
    },
    response: {
      fields: ['Set-Cookie', 'sid=of-an-answer', 'Content-Type', 'application/json'],
      body: body('{"refresh_token":"of-an-answer"}', { trailers: ['Cookie', 'of-a-trailer'] }),
    },
  })

const SECRETS = [
  'in-a-query',
  'of-a-head',
  'of-a-body',
  'of-a-client',
  'of-an-answer',
  'of-a-trailer',
]

test('export, import and export again give the same bytes, and the same entries, of whatever was recorded', async () => {
  const journal = useJournal(database)
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 40 }), async (drawn) => {
      const answered = drawn.map((one) => ({
        ...one,
        // Beyond 2100 there is no room in a file.
        answeredAt: one.answeredAt && Math.max(one.answeredAt, NOON),
      }))
      const { stream } = await recorded(
        journal,
        answered.map((one, i) => ({ ...one, number: i + 1 })),
      )
      const text = await exported(journal, stream, 'sealed')
      const { stream: other, ...counts } = await imported(journal, text)
      expect(counts).toEqual({ entries: drawn.length, taken: drawn.length, shots: 0 })
      expect(await exported(journal, other, 'sealed')).toBe(text)
      expect(await contents(journal, other)).toEqual(await contents(journal, stream))
    }),
    { numRuns: 8 },
  )
})

test('secrets are sealed in a file or not in it, and go on as what they were', async () => {
  const journal = useJournal(database)
  const { stream } = await recorded(journal, [secretive(1), secretive(2)])
  const sealed = await exported(journal, stream, 'sealed')
  const left = await exported(journal, stream)
  for (const secret of SECRETS) {
    expect(sealed).not.toContain(secret)
    expect(left).not.toContain(secret)
  }
  const one = await imported(journal, sealed)
  expect(await contents(journal, one.stream)).toEqual(await contents(journal, stream))
  expect(await exported(journal, one.stream, 'sealed')).toBe(sealed)
  const other = await imported(journal, left)
  expect(await exported(journal, other.stream)).toBe(left)
  const [entry] = await contents(journal, other.stream)
  expect(entry!.withheld).toEqual(['Authorization', '(query)', '(body)'])
  expect(entry!.masked.map(({ value }) => value)).toEqual([null, null, null])
})

test('what came to be called a secret after it was recorded leaves as one', async () => {
  const journal = useJournal(database)
  const plain = newEntry(1, {
    request: {
      fields: ['content-type', 'application/json', 'X-Next', '/a?password=hidden'],
      body: body('{"a":1}'),
    },
  })
  const { stream } = await recorded(journal, [plain])
  expect(await exported(journal, stream)).not.toContain('hidden')
})

test('bodies in pieces, several recorders, doubts, labels and the state go with it', async () => {
  const journal = useJournal(database)
  const stream = newStream()
  const { pieces: _, ...large } = inPieces(1, 'response')
  const one = await enrolled(journal, { stream, host: 'alpha' })
  await appendAll(journal, one, [
    ...large.records,
    entryRecord(1, { response: { body: large.body } }),
  ])
  const other = await enrolled(journal, { stream, host: 'alpha' })
  const third = await enrolled(journal, { stream, host: 'beta' })
  const doubt = {
    verdict: 'in_doubt',
    cause: 'timeout',
    delivery: 'whole',
    response: null,
  } as const
  await appendAll(journal, other, [entryRecord(3, { ...doubt, answeredAt: null }), entryRecord(4)])
  await appendAll(journal, third, [entryRecord(2)])
  await journal.label({ stream, methods: ['POST'], idFrom: 1 }, 'bug-17')
  await journal.settle({ stream, verdicts: ['in_doubt'] }, 'not_applied', 'user')
  await journal.keepState(
    [
      {
        ...{ stream, probe: 'GET /api/state', takenAt: NOON, target: 'http://10.0.0.7:3000' },
        ...{ status: 200, fields: ['Set-Cookie', 'a=hidden'], body: Buffer.from('{"n":1}') },
        ...{ length: 7, digest: null },
      },
    ],
    5,
  )
  const text = await exported(journal, stream)
  for (const name of ['alpha', 'beta', '10.0.0.7', 'hidden', stream]) {
    expect(text).not.toContain(name)
  }
  const { stream: copy, ...counts } = await imported(journal, text)
  expect(counts).toEqual({ entries: 4, taken: 4, shots: 1 })
  expect(await exported(journal, copy)).toBe(text)
  expect(await contents(journal, copy, 'masked')).toEqual(await contents(journal, stream, 'masked'))
  const hosts = new Map((await journal.recorders(copy)).map(({ id, host }) => [id, host]))
  expect(hosts.get(one.id)).toBe(hosts.get(other.id))
  expect(hosts.get(third.id)).not.toBe(hosts.get(one.id))
  const [first] = await entriesOf(journal, copy)
  const read: Buffer[] = []
  for await (const piece of journal.body(first!, 'response')) read.push(piece)
  expect(Buffer.concat(read).equals(large.whole)).toBe(true)
})

test('a second import changes nothing; numbers that are not in the file are told as such', async () => {
  const journal = useJournal(database)
  const { stream, recorder } = await recorded(journal, [newEntry(2), newEntry(3), newEntry(7)])
  const text = await exported(journal, stream)
  const { stream: copy } = await imported(journal, text)
  await journal.label({ stream: copy }, 'mine')
  expect(await imported(journal, text, copy)).toMatchObject({ entries: 3, taken: 0 })
  const entries = await entriesOf(journal, copy)
  expect(entries.map(({ number, label }) => [number, label])).toEqual([
    [2, 'mine'],
    [3, 'mine'],
    [7, 'mine'],
  ])
  expect(await auditOf(journal, { stream: copy, id: recorder })).toMatchObject({
    ...{ state: 'stopped', lastNumber: 7, recorded: 3, gaps: [], duplicates: [] },
    excluded: { not_in_file: 4 },
  })
})

test('a stream that holds other recordings is left alone, unless they are to be added', async () => {
  const journal = useJournal(database)
  const { stream } = await recorded(journal, [newEntry(1)])
  const { stream: other } = await recorded(journal, [newEntry(1)])
  const text = await exported(journal, stream)
  await expect(imported(journal, text, other)).rejects.toMatchObject({ code: 'stream_taken' })
  await expect(imported(journal, text, stream)).rejects.toMatchObject({ code: 'stream_taken' })
  const added = await importItems(journal, reading(text), { stream: other, into: 'any' })
  expect(added).toMatchObject({ taken: 1 })
  await journal.clear(other)
  // What was cleared is there again, and in one place.
  await importItems(journal, reading(text), { stream: other, into: 'any' })
  const audits = await journal.audit(other)
  expect(audits.flatMap(({ duplicates, gaps }) => [...duplicates, ...gaps])).toEqual([])
})

test('of what broke off the rest is taken in', async () => {
  const journal = useJournal(database)
  const { stream } = await recorded(journal, [newEntry(1), newEntry(2), newEntry(3)])
  const text = await exported(journal, stream)
  const copy = newStream()
  let readings = 0
  const breaking = async function* (): AsyncGenerator<FileItem> {
    const isSecond = ++readings === 2
    let n = 0
    for await (const item of reading(text)()) {
      if (isSecond && ++n === 3) throw new Error('gone')
      yield item
    }
  }
  const one = {
    ...journal,
    takeEntries: (to: string, entries: readonly FiledEntry[]) =>
      journal.takeEntries(to, entries.slice(0, 2)),
  }
  await importItems(one, reading(text), { stream: copy, into: 'empty' })
  await expect(importItems(journal, breaking, { stream: copy, into: 'empty' })).rejects.toThrow(
    'gone',
  )
  expect(await imported(journal, text, copy)).toMatchObject({ entries: 3, taken: 1 })
})

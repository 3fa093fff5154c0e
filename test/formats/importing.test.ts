import { afterAll, expect, test } from 'vitest'
import { importForeign, type ForeignImport } from '../../cli/foreign-import.ts'
import type { Entry } from '../../journal/entry.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import type { Policy } from '../../proxy/policy.ts'
import { newStream } from '../journal/entries.ts'
import { createDatabase } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'
import { inPieces } from './exported.ts'

const journal = openJournal({ url: await createDatabase(), secrets: testSecrets })
afterAll(() => journal.close())

const POLICY: Policy = {
  ...{ recording: 'on', methods: 'unsafe', optOutParameter: 'save', replayed: 'unrecorded' },
  statuses: [
    { from: 100, to: 399 },
    { from: 500, to: 599 },
  ],
  isExcluded: (path) => path === '/metrics',
  context: { isChosen: () => false, others: 'remembered' },
}

interface Said {
  method?: string
  url?: string
  status?: number
  body?: string
  headers?: Record<string, string>
  answer?: Record<string, string>
  at?: string
}

function harOf(list: readonly Said[]): string {
  const pairs = (all: Record<string, string> = {}) =>
    Object.entries(all).map(([name, value]) => ({ name, value }))
  const entries = list.map((one, i) => ({
    startedDateTime: one.at ?? `2026-01-15T12:00:${String(i).padStart(2, '0')}Z`,
    ...{ time: 5, timings: { send: 0, wait: 5, receive: 0 } },
    request: {
      method: one.method ?? 'POST',
      url: one.url ?? 'http://shop.example/things',
      headers: pairs(one.headers),
      ...(one.body !== undefined && { postData: { mimeType: 'text/plain', text: one.body } }),
    },
    response: {
      status: one.status ?? 201,
      headers: pairs(one.answer),
      content: { size: 0, text: '' },
    },
  }))
  return JSON.stringify({ log: { entries } })
}

function importing(file: string, changes: Partial<ForeignImport> = {}): ForeignImport {
  return {
    ...{
      journal,
      format: 'har',
      name: 'a.har',
      stream: newStream(),
      origins: [],
      into: 'empty',
      policy: POLICY,
    },
    read: () => inPieces(file, 10_000),
    sender: { trustedProxies: null, userField: null, userClaim: null },
    ...{
      contextMemory: 1024 * 1024,
      maxBody: 1024 * 1024 * 1024,
      signal: new AbortController().signal,
    },
    ...changes,
  }
}

async function entriesOf(stream: string): Promise<Entry[]> {
  return journal.entries({ stream }, { limit: 100, bytes: 1e9 })
}

async function sumOf(stream: string): Promise<object> {
  const [audit, ...others] = await journal.audit(stream)
  expect(others).toEqual([])
  const { lastNumber, recorded, context, inDoubt, excluded, lost, gaps, duplicates, state } = audit!
  return { lastNumber, recorded, context, inDoubt, excluded, lost, gaps, duplicates, state }
}

test('a file is judged as a proxy would have judged it, and the sum holds', async () => {
  const file = harOf([
    { method: 'GET', answer: { 'X-Session-Token': 'k3J9x7Qp2Zt5Lm8W' } },
    { method: 'GET', url: 'http://shop.example/other' },
    { headers: { 'X-Session-Token': 'k3J9x7Qp2Zt5Lm8W' }, body: '{"password":"hush"}' },
    { status: 503 },
    { status: 404 },
    { status: 0 },
    { url: 'http://shop.example/metrics' },
    { url: 'http://shop.example/things?save=0' },
    { url: 'wss://shop.example/socket', method: 'GET' },
  ])
  const options = importing(file)
  const report = await importForeign(options)
  const { stream } = options
  expect(report).toMatchObject({
    taken: 4,
    verdicts: { applied: 1, failed: 1, in_doubt: 1, context: 1 },
    excluded: { method: 1, status: 1, path: 1, opted_out: 1 },
    skipped: { 'no exchanges of HTTP (WebSocket, data: and the like)': 1 },
  })
  const sum = {
    ...{ lastNumber: 7, recorded: 3, context: 1, inDoubt: 1, lost: 0, gaps: [], duplicates: [] },
    ...{ excluded: { status: 1, path: 1, opted_out: 1 }, state: 'stopped' },
  }
  expect(await sumOf(stream)).toEqual(sum)
  const entries = await entriesOf(stream)
  expect(
    entries.map(({ method, status, verdict, cause }) => [method, status, verdict, cause]),
  ).toEqual([
    ['GET', 201, 'context', null],
    ['POST', 201, 'applied', null],
    ['POST', 503, 'failed', null],
    ['POST', null, 'in_doubt', 'answer_missing'],
  ])
  expect(entries[1]).toMatchObject({
    arrivedAt: Date.UTC(2026, 0, 15, 12, 0, 2) * 1000,
    answeredAt: Date.UTC(2026, 0, 15, 12, 0, 2) * 1000 + 5_000,
  })
  expect(entries[1]!.requestBody.toString()).toBe('{"password":"****"}')

  // Once more: nothing is there twice.
  expect(await importForeign(options)).toMatchObject({ taken: 0, verdicts: { applied: 1 } })
  expect(await entriesOf(stream)).toEqual(entries)
  expect(await sumOf(stream)).toEqual(sum)
})

test('with all asked for, all is recorded', async () => {
  const options = importing(harOf([{ method: 'GET', status: 200 }, { status: 404 }]), {
    policy: {
      ...POLICY,
      methods: 'all',
      statuses: [{ from: 100, to: 599 }],
      isExcluded: () => false,
    },
  })
  expect(await importForeign(options)).toMatchObject({
    verdicts: { applied: 1, failed: 1 },
    excluded: {},
  })
})

test('of several backends one has to be named, and the others are passed by', async () => {
  const file = harOf([
    {},
    { url: 'https://tracker.example/hit' },
    { url: 'https://cdn.example/a', method: 'GET' },
  ])
  await expect(importForeign(importing(file))).rejects.toMatchObject({
    code: 'settings_invalid',
    message: expect.stringMatching(
      /of 2 backends\n.*http:\/\/shop\.example \(1\)\n.*https:\/\/tracker\.example \(1\)$/,
    ),
  })
  const options = importing(file, { origins: ['http://shop.example'] })
  expect(await importForeign(options)).toMatchObject({
    verdicts: { applied: 1 },
    skipped: { 'of other origins': 2 },
  })
})

test('nothing is recorded of a file that cannot be read to its end', async () => {
  const options = importing(harOf([{}, {}]).slice(0, -3))
  await expect(importForeign(options)).rejects.toMatchObject({
    code: 'file_invalid',
    message: expect.stringMatching(/^a\.har: .* ends too early/),
  })
  expect(await entriesOf(options.stream)).toEqual([])
  expect(await journal.audit(options.stream)).toEqual([])
})

test('a body that is too large for a row comes in in pieces', async () => {
  const long = 'x'.repeat(700_000)
  const options = importing(harOf([{ body: long }]))
  await importForeign(options)
  const [entry] = await entriesOf(options.stream)
  expect(entry!.requestChunks).toBeGreaterThan(1)
  let length = 0
  for await (const piece of journal.body(entry!, 'request')) length += piece.length
  expect(length).toBe(long.length)
})

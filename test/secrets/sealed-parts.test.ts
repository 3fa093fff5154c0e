import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import type { Entry, NewChunk, NewEntry, Side } from '../../journal/entry.ts'
import { openedBody, openedTarget } from '../../journal/masking/opened.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createSecrets, type Secrets } from '../../journal/secrets.ts'
import { BodyCapture } from '../../proxy/capture.ts'
import { LEASE, NOON, append, body, newEntry, newStream, recorderOf } from '../journal/entries.ts'
import { createDatabase, query } from '../support/database.ts'

// Secrets in targets and bodies: what is stored of them, who can have them back, and what becomes of one
// that was changed or moved.

const url = await createDatabase()
const [key, other] = [randomBytes(32), randomBytes(32)]
const TARGET = '/things?a=1&access_token=planted-1&b=2'
const ASKED = '{"user":"anna","password":"planted-2","pins":{"password":[17,true]}}'
const ANSWERED = 'id_token=planted-3&x=1'

function opened(secrets: Secrets): Journal {
  const journal = openJournal({ url, secrets })
  onTestFinished(() => journal.close())
  return journal
}

function said(number = 1): NewEntry {
  return newEntry(number, {
    arrivedAt: NOON,
    request: { target: TARGET, fields: ['Content-Type', 'application/json'], body: body(ASKED) },
    response: {
      fields: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: body(ANSWERED),
    },
  })
}

async function recorded(secrets: Secrets, entry = said()) {
  const journal = opened(secrets)
  const recorder = recorderOf(newStream())
  await journal.enrol(recorder, LEASE)
  await append(journal, recorder.stream, recorder.id, [entry])
  const [read] = await journal.entries({ stream: recorder.stream }, { limit: 9, bytes: 9 })
  return { journal, recorder, id: read!.id }
}

function shown(entry: Entry) {
  return [entry.target, entry.requestBody.toString(), entry.responseBody!.toString()]
}

function meant(entry: Entry) {
  return [
    openedTarget(entry),
    openedBody(entry, 'request').toString(),
    openedBody(entry, 'response')!.toString(),
  ]
}

const MASKED = [
  '/things?a=1&access_token=*********&b=2',
  '{"user":"anna","password":"*********","pins":{"password":[11,null]}}',
  'id_token=*********&x=1',
]

test('they are masked where they stand, and come back to whoever asks for them', async () => {
  const { journal, recorder, id } = await recorded(createSecrets(key))
  const entry = await journal.entry(id)
  expect(shown(entry)).toEqual(MASKED)
  expect(meant(entry)).toEqual(MASKED)
  expect(entry.withheld).toEqual([])
  const again = await journal.entry(id, 'opened')
  expect(shown(again)).toEqual(MASKED)
  expect(meant(again)).toEqual([TARGET, ASKED, ANSWERED])
  const page = { limit: 9, bytes: 9 }
  const [whole] = await journal.entries({ stream: recorder.stream }, page, 'opened')
  expect(meant(whole!)).toEqual([TARGET, ASKED, ANSWERED])
  const [listed] = await journal.list({ stream: recorder.stream }, { order: 'order', limit: 1 })
  expect(listed!.target).toBe(MASKED[0])
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  expect([entry.requestDigest, entry.responseDigest]).toEqual([
    digest(MASKED[1]!),
    digest(MASKED[2]!),
  ])
  const rows = await query(url, 'select e::text as text from reprise.entry e where id = $1', [id])
  const text = JSON.stringify(rows)
  expect(text).toContain('sealed')
  for (let n = 1; n <= 3; n++) {
    expect(text).not.toContain(`planted-${n}`)
    expect(text).not.toContain(Buffer.from(`planted-${n}`).toString('hex'))
  }
})

test('an entry without any costs nothing: no column of it says something of them', async () => {
  const entry = newEntry(1, { request: { target: '/a?b=1', body: body('{"a":"b"}') } })
  const { id } = await recorded(createSecrets(key), entry)
  const [row] = await query<{ sealed: unknown }>(
    url,
    'select sealed from reprise.entry where id = $1',
    [id],
  )
  expect(row!.sealed).toBeNull()
})

test('without a key they are masked and left out, which is said', async () => {
  const { id } = await recorded(createSecrets(null))
  const entry = await opened(createSecrets(key)).entry(id, 'opened')
  expect(meant(entry)).toEqual(MASKED)
  expect(entry.withheld).toEqual(['(query)', '(body)'])
  expect(entry.masked.map(({ offset, length, value }) => [offset, length, value])).toEqual([
    ...[
      [25, 9, null],
      [27, 9, null],
      [58, 2, null],
      [61, 4, null],
      [9, 9, null],
    ],
  ])
})

test('with another key they are withheld, and with a former one they are not', async () => {
  const { id } = await recorded(createSecrets(key))
  const stranger = opened(createSecrets(other))
  expect((await stranger.entry(id)).withheld).toEqual(['(query)', '(body)'])
  expect(meant(await stranger.entry(id, 'opened'))).toEqual(MASKED)
  const later = opened(createSecrets(other, undefined, [key]))
  expect(meant(await later.entry(id, 'opened'))).toEqual([TARGET, ASKED, ANSWERED])
  await later.reseal(() => {})
  expect(meant(await stranger.entry(id, 'opened'))).toEqual([TARGET, ASKED, ANSWERED])
})

test('one that was changed, or moved to another place or entry, is withheld', async () => {
  const secrets = createSecrets(key)
  const { journal, id } = await recorded(secrets)
  const { id: victim } = await recorded(secrets, said(2))
  const sealed = async (of: number) => {
    const rows = await query<{ sealed: [string, { sealed: string }][] }>(
      url,
      'select sealed from reprise.entry where id = $1',
      [of],
    )
    return rows[0]!.sealed
  }
  const write = (of: number, pairs: unknown) =>
    query(url, 'update reprise.entry set sealed = $2 where id = $1', [of, JSON.stringify(pairs)])
  const [mine, its] = [await sealed(id), await sealed(victim)]
  // The values of one under the places of the other; and its pairs as they are.
  await write(
    victim,
    its.map(([place], i) => [place, mine[i]![1]]),
  )
  expect(meant(await journal.entry(victim, 'opened'))).toEqual(MASKED)
  await write(victim, mine)
  const entry = await journal.entry(victim, 'opened')
  expect(meant(entry)).toEqual(MASKED)
  expect(entry.withheld).toEqual(['(query)', '(body)'])
  const { sealed: text } = mine[0]![1]
  const turned = text.slice(0, 20) + (text[20] === 'A' ? 'B' : 'A') + text.slice(21)
  await write(id, [[mine[0]![0], { sealed: turned }], ...mine.slice(1)])
  const changed = await journal.entry(id, 'opened')
  expect(meant(changed)).toEqual([MASKED[0], ASKED, ANSWERED])
  expect(changed.withheld).toEqual(['(query)'])
})

test('an intent that becomes an entry keeps them', async () => {
  const journal = opened(createSecrets(key))
  const recorder = recorderOf(newStream())
  await journal.enrol(recorder, LEASE)
  const { number, arrivedAt, sender, request } = said()
  const intent = journal.seal({ kind: 'intent', intent: { number, arrivedAt, sender, request } })
  await journal.append(recorder.stream, recorder.id, [intent], 'open')
  const [row] = await query<{ text: string }>(
    url,
    `select entry::text || encode(body, 'escape') as text from reprise.intent where recorder = $1`,
    [recorder.id],
  )
  expect(row!.text).toContain('sealed')
  expect(row!.text).not.toContain('planted')
  await journal.closeEnded(
    recorder.stream,
    { id: recorder.id, lastNumber: 1, how: 'dead' },
    randomUUID(),
  )
  const [entry] = await journal.entries(
    { stream: recorder.stream },
    { limit: 1, bytes: 1 },
    'opened',
  )
  expect([entry!.verdict, openedTarget(entry!), openedBody(entry!, 'request').toString()]).toEqual([
    ...['in_doubt', TARGET, ASKED],
  ])
})

/** A body as it is recorded while it streams, and its entry. */
async function streamed(secrets: Secrets, side: Side, fields: string[], bytes: Buffer) {
  const journal = opened(secrets)
  const recorder = recorderOf(newStream())
  await journal.enrol(recorder, LEASE)
  const { arrivedAt } = said()
  const pieces: NewChunk[] = []
  const capture = new BodyCapture(
    64 * 1024 * 1024,
    (position, piece, parts, done) => {
      const chunk = { number: 1, arrivedAt, side, position, bytes: piece, secrets: parts }
      pieces.push(chunk)
      done(null)
    },
    () => journal.pieceMasker(fields),
  )
  for (let at = 0; at < bytes.length; at += 50_000)
    void capture.add(bytes.subarray(at, at + 50_000))
  capture.end([])
  capture.close()
  const message = { fields, body: capture.result() }
  const entry = newEntry(1, { arrivedAt, [side]: message })
  const records = [
    ...pieces.map((chunk) => journal.seal({ kind: 'chunk', chunk })),
    journal.seal({ kind: 'entry', entry, had: 'nothing' }),
  ]
  await journal.append(recorder.stream, recorder.id, records, 'open')
  const [read] = await journal.entries(
    { stream: recorder.stream },
    { limit: 1, bytes: 1 },
    'opened',
  )
  const rows = await query<{ bytes: Buffer; sealed: string | null }>(
    url,
    'select bytes, sealed::text from reprise.body_chunk where recorder = $1 order by position',
    [recorder.id],
  )
  const whole = async (reader: Journal, as: 'masked' | 'opened') => {
    const parts: Buffer[] = []
    for await (const part of reader.body(read!, side, as)) parts.push(part)
    return Buffer.concat(parts)
  }
  return { journal, rows, entry: read!, whole }
}

test('in a large body they are masked as it streams, across the ends of its pieces', async () => {
  const long = `planted-${'x'.repeat(600_000)}`
  const asked = Buffer.from(
    JSON.stringify({
      a: 'b'.repeat(300_000),
      password: long,
      c: [{ id_token: 'planted-4' }],
      d: 1,
    }),
  )
  const fields = ['Content-Type', 'application/json']
  const { journal, rows, entry, whole } = await streamed(
    createSecrets(key),
    'request',
    fields,
    asked,
  )
  expect(rows.length).toBeGreaterThan(3)
  expect(rows.every(({ sealed }) => sealed !== null)).toBe(false)
  expect(Buffer.concat(rows.map(({ bytes }) => bytes)).includes('planted')).toBe(false)
  expect(entry.maskedChunks).toEqual(['request'])
  expect(entry.withheld).toEqual([])
  const masked = await whole(journal, 'masked')
  expect(masked.toString()).toBe(
    asked.toString().replace(long, '*'.repeat(long.length)).replace('planted-4', '*********'),
  )
  expect((await whole(journal, 'opened')).equals(asked)).toBe(true)
  const stranger = opened(createSecrets(other, undefined, [key]))
  await stranger.reseal(() => {})
  expect((await whole(opened(createSecrets(other)), 'opened')).equals(asked)).toBe(true)
  expect((await whole(journal, 'opened')).equals(masked)).toBe(true)
  expect((await journal.entry(entry.id)).withheld).toEqual(['(body)'])
})

test('of a large form in parts nothing of a secret comes out, wherever its end is cut', async () => {
  for (let shift = 0; shift < 8; shift++) {
    const secret = 'planted-5'.repeat(30_000)
    const form = Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n${'f'.repeat(240_000 + shift)}\r\n` +
        `--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${secret}\r\n--b--\r\n`,
    )
    const fields = ['Content-Type', 'multipart/form-data; boundary=b']
    const { journal, rows, whole } = await streamed(createSecrets(key), 'request', fields, form)
    expect(Buffer.concat(rows.map(({ bytes }) => bytes)).includes('planted')).toBe(false)
    expect((await whole(journal, 'masked')).toString()).toBe(
      form.toString().replace(secret, '*'.repeat(secret.length)),
    )
    expect((await whole(journal, 'opened')).equals(form)).toBe(true)
  }
})

test('a large one that is coded is sealed as a whole', async () => {
  const coded = gzipSync(randomBytes(400_000).toString('hex'))
  const fields = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
  const { journal, rows, whole } = await streamed(createSecrets(key), 'response', fields, coded)
  expect(rows.every(({ bytes }) => /^\**$/.test(bytes.toString()))).toBe(true)
  expect((await whole(journal, 'opened')).equals(coded)).toBe(true)
})

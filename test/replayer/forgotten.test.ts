import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { parseLanePattern } from '../../replayer/order/lanes.ts'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { appendAll, enrolled, entryRecord, inPieces } from '../journal/records.ts'
import { useJournal } from '../support/recorder.ts'
import { record, replayed, START, type Said } from './recording.ts'

// A run has far more aliases than are kept in memory: what is used again long after is looked up.

const database = await createDatabase()

const MANY = 700

/** So many ids that a page of requests is due for a turn. */
const idsAnew = () => JSON.stringify({ ids: Array.from({ length: 80 }, () => randomUUID()) })

const pair = () => ({ id: randomUUID(), key: randomUUID() })

const JSON_TYPE = 'Content-Type: application/json\r\n'
const answered = { answerFields: ['Content-Type', 'application/json'] }

test('what was forgotten is found again, and by whoever was read long before its turn', async () => {
  const journal = useJournal(database)
  const [was, is] = [pair(), pair()]
  await record(journal, 'forgotten', [
    { target: '/things', answerBody: JSON.stringify(was), ...answered },
    { target: '/slow' },
    { target: `/slow/${was.id}` },
    ...Array.from({ length: MANY }, (): Said => {
      return { target: '/many', answerBody: idsAnew(), ...answered }
    }),
    { target: `/things/${was.key}` },
  ])
  let held: Socket | undefined
  let many = 0
  const origin = await startRawOrigin(({ target }, socket) => {
    if (target === '/slow') {
      held = socket
      return undefined
    }
    if (target === '/many') {
      if (++many === MANY) held!.write(plainAnswer('', '201 Made'))
      return plainAnswer(idsAnew(), '201 Made', JSON_TYPE)
    }
    const answer = target === '/things' ? JSON.stringify(is) : ''
    return plainAnswer(answer, '201 Made', JSON_TYPE)
  })
  const summary = await replayed(
    journal,
    { stream: 'forgotten' },
    {
      target: new URL(origin.url),
      lanes: ['/slow', '/many'].map(parseLanePattern),
      timeout: 60_000,
    },
  )
  expect(summary).toMatchObject({ state: 'done', outcomes: { same: MANY + 4 } })
  const others = origin.requests.map(({ target }) => target).filter((one) => one !== '/many')
  expect(others).toStrictEqual(['/things', '/slow', `/slow/${is.id}`, `/things/${is.key}`])
})

test('what a body in pieces uses of what was forgotten is found again, too', async () => {
  const journal = useJournal(database)
  const [was, is] = [pair(), pair()]
  const stream = 'forgotten by pieces'
  const before = [
    { target: '/things', answerBody: JSON.stringify(was), ...answered },
    ...Array.from({ length: MANY }, (): Said => {
      return { target: '/many', answerBody: idsAnew(), ...answered }
    }),
  ]
  await record(journal, stream, before)
  const recorder = await enrolled(journal, { stream })
  const arrivedAt = START + (MANY + 60) * 1_000_000
  const { body, records } = inPieces(1, 'request', [
    Buffer.from(`["${was.id}",`),
    Buffer.from('1]'),
  ])
  const fields = ['Host', 'a', 'Content-Type', 'application/json', 'Content-Length', '42']
  const request = { method: 'POST', target: '/pieces', httpVersion: '1.1', fields, body }
  await appendAll(journal, recorder, [
    ...records.map((record) =>
      record.kind === 'chunk' ? { ...record, chunk: { ...record.chunk, arrivedAt } } : record,
    ),
    entryRecord(1, { verdict: 'applied', arrivedAt, answeredAt: arrivedAt + 1, request }),
  ])
  const origin = await startRawOrigin(({ target }) => {
    const answer = target === '/things' ? JSON.stringify(is) : idsAnew()
    return plainAnswer(answer, '201 Made', JSON_TYPE)
  })
  const summary = await replayed(journal, { stream }, { target: new URL(origin.url) })
  expect(summary).toMatchObject({ state: 'done' })
  const sent = origin.requests.find(({ target }) => target === '/pieces')
  expect(sent!.body.toString()).toBe(`["${is.id}",1]`)
})

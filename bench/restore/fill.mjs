// Writes what was recorded (recording.mjs) straight into the journal, as one recorder; and the same
// requests to a file, for wrk.

import { createHash, randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { openJournal } from '../../dist/journal/postgres/journal.js'
import { migrate } from '../../dist/journal/postgres/migrate.js'
import { createSecrets } from '../../dist/journal/secrets.js'
import { fieldsOf, recording } from './recording.mjs'

const HOST = 'backend.test:3000'
const BATCH = 1_000
const HOUR = 3_600_000_000

/** Answers how many entries make something, change something, and note something. */
export async function fillJournal({ url, stream, count, seed }) {
  await migrate({ url })
  const journal = openJournal({ url, secrets: createSecrets(null) })
  const recorder = randomUUID()
  const start = Date.now() * 1000 - HOUR
  const made = { made: 0, changed: 0, noted: 0 }
  try {
    await journal.enrol(recorderOf(stream, recorder, start), 3_600_000)
    let batch = []
    const append = async () => {
      await journal.append(stream, recorder, batch, 'open')
      batch = []
    }
    for (const one of recording(count, seed)) {
      made[kindOf(one)] += 1
      batch.push(journal.seal({ kind: 'entry', entry: entryOf(one, start), had: 'nothing' }))
      if (batch.length === BATCH) await append()
    }
    if (batch.length > 0) await append()
    await journal.retire(stream, recorder, {
      ...{ lastNumber: count, spooledRecords: 0, spooledBytes: 0 },
    })
  } finally {
    await journal.close()
  }
  return made
}

/** What the first so many entries make of an empty backend. */
export function madeBy(count, { recorded, seed }) {
  const made = { made: 0, changed: 0, noted: 0 }
  let left = count
  for (const one of recording(recorded, seed)) {
    if (left-- === 0) break
    made[kindOf(one)] += 1
  }
  return made
}

const kindOf = ({ method, target }) =>
  method === 'PUT' ? 'changed' : target === '/things' ? 'made' : 'noted'

const recorderOf = (stream, id, startedAt) => ({
  ...{ stream, id, target: `http://${HOST}`, durability: 'commit', whenUnrecordable: 'refuse' },
  ...{ host: 'bench', pid: 1, version: '0', startedAt },
})

function entryOf({ number, arrivedAt, answeredAt, ...one }, start) {
  const { method, target, body, status, location, answer } = one
  return {
    ...{ number, verdict: 'applied', cause: null, delivery: null },
    ...{ arrivedAt: start + arrivedAt, answeredAt: start + answeredAt },
    sender: { address: '192.0.2.7', agent: 'restore-client/1.0', user: null },
    request: {
      ...{ method, target, httpVersion: '1.1', fields: fieldsOf(one, HOST) },
      body: captured(body),
    },
    response: {
      status,
      reason: status === 201 ? 'Created' : 'OK',
      fields: [
        ...['Content-Type', 'application/json', 'Content-Length', String(answer.length)],
        ...(location === null ? [] : ['Location', location]),
        ...['Date', new Date((start + answeredAt) / 1000).toUTCString()],
        ...['Connection', 'keep-alive', 'Keep-Alive', 'timeout=60'],
      ],
      body: captured(answer),
    },
  }
}

function captured(text) {
  const bytes = Buffer.from(text)
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { bytes, chunks: 0, length: bytes.length, capture: 'complete', digest, trailers: [] }
}

/** Each request behind its length, as requests.lua reads it. */
export function writeRequests(file, { count, seed, host }) {
  const fd = openSync(file, 'w')
  for (const one of recording(count, seed)) {
    const fields = fieldsOf(one, host)
    let head = `${one.method} ${one.target} HTTP/1.1\r\n`
    for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`
    const request = `${head}\r\n${one.body}`
    writeSync(fd, `${request.length}\n${request}`)
  }
  closeSync(fd)
}

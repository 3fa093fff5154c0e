import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { record, type Said } from '../../recording.ts'
import { useService } from '../client.ts'
import { people } from './people.ts'

// Who sees what is sealed: nobody who does not ask for it as an admin, and whoever does is noted first.

const database = await createDatabase()
const { tokens, bearerOf } = people()

const SAID: Said = {
  target: '/login?access_token=planted-1&b=2',
  fields: ['Content-Type', 'application/json', 'Authorization', 'Bearer planted-2'],
  body: '{"user":"anna","password":"planted-3"}',
  answerFields: ['Content-Type', 'application/json', 'Location', '/cb#id_token=planted-4&x=1'],
  answerBody: '{"refresh_token":"planted-5","n":1}',
}

async function stage(said: Said = SAID) {
  const client = await useService(database, {}, { tokens })
  const [id] = await record(client.journal, 'shop', [said])
  return { ...client, id: id! }
}

test('everybody sees where secrets are, and none of them', async () => {
  const { get, id } = await stage()
  const { body } = await get(`/api/entries/${id}`, bearerOf.admin)
  expect(JSON.stringify(body)).not.toContain('planted')
  expect(body).toMatchObject({
    target: '/login?access_token=*********&b=2',
    request_headers: [
      ['Content-Type', 'application/json'],
      ['Authorization', null],
    ],
    request_body: { data: '{"user":"anna","password":"*********"}' },
    response_headers: [
      ['Content-Type', 'application/json'],
      ['Location', null],
    ],
    response_body: { data: '{"refresh_token":"*********","n":1}' },
    withheld: [],
    masked: [
      { in: 'target', offset: 20, length: 9 },
      { in: 'request', offset: 27, length: 9 },
      { in: 'response', offset: 18, length: 9 },
    ],
    masked_pieces: [],
  })
  const bytes = await get(`/api/entries/${id}/bodies/request`, bearerOf.admin)
  expect(bytes.body).toBe('{"user":"anna","password":"*********"}')
  const found = await get('/api/search?text=planted-3', bearerOf.admin)
  expect(found.body.entries).toEqual([])
})

test('an admin who asks sees them, is noted, and the browser keeps nothing', async () => {
  const { get, send, id } = await stage()
  const shown = await send('POST', `/api/entries/${id}/secrets`, '', bearerOf.admin)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('cache-control')).toBe('no-store')
  expect(shown.body).toMatchObject({
    target: SAID.target,
    request_headers: [
      ['Content-Type', 'application/json'],
      ['Authorization', 'Bearer planted-2'],
    ],
    request_body: { encoding: 'utf8', data: SAID.body },
    response_headers: [
      ['Content-Type', 'application/json'],
      ['Location', '/cb#id_token=planted-4&x=1'],
    ],
    response_body: { encoding: 'utf8', data: SAID.answerBody },
  })
  const bytes = await send('POST', `/api/entries/${id}/secrets/response`, '', bearerOf.admin)
  expect(bytes.body).toBe(SAID.answerBody)
  expect(bytes.headers.get('content-disposition')).toContain('attachment')
  const { body } = await get('/api/audit-trail?limit=2', bearerOf.admin)
  const by = { who: 'one-admin', role: 'admin', action: 'show_secrets', stream: 'shop' }
  expect(body.deeds).toMatchObject([
    { ...by, detail: { entry: id, what: 'response body' } },
    { ...by, detail: { entry: id, what: 'entry' } },
  ])
  expect(JSON.stringify(body)).not.toContain('planted')
})

test('nobody else does, and where it cannot be noted nothing is shown', async () => {
  const { journal, send, id } = await stage()
  for (const role of ['read', 'replay'] as const) {
    for (const path of [`/api/entries/${id}/secrets`, `/api/entries/${id}/secrets/request`]) {
      const { status, body } = await send('POST', path, '', bearerOf[role])
      expect({ path, status }).toEqual({ path, status: 403 })
      expect(JSON.stringify(body)).not.toContain('planted')
    }
  }
  journal.noteDeed = () => Promise.reject(new Error('the disk is full'))
  const { status, body } = await send('POST', `/api/entries/${id}/secrets`, '', bearerOf.admin)
  expect(status).toBeGreaterThanOrEqual(500)
  expect(JSON.stringify(body)).not.toContain('planted')
})

test('what is coded is sealed as a whole, which is said instead of being decoded', async () => {
  const coded = gzipSync('{"password":"planted-6"}')
  const { get, send, url, id } = await stage({
    answerFields: ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'],
    answerBody: coded,
  })
  const path = `/api/entries/${id}/bodies/response`
  expect((await get(path, bearerOf.read)).body).toBe('*'.repeat(coded.length))
  expect(await get(`${path}?coding=undone`, bearerOf.read)).toMatchObject({ status: 400 })
  const shown = await fetch(`${url}/api/entries/${id}/secrets/response`, {
    method: 'POST',
    headers: bearerOf.admin,
  })
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(coded)
  expect((await send('POST', '/api/entries/999999999/secrets', '', bearerOf.admin)).status).toBe(
    404,
  )
})

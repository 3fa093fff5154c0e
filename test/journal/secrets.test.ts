import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createSecrets, parseKey, type Secrets } from '../../journal/secrets.ts'
import { createDatabase, query } from '../support/database.ts'
import { LEASE, append, newEntry, recorderOf } from './entries.ts'

const url = await createDatabase()
const key = randomBytes(32)
const fields = [
  'Host',
  'a',
  'aUTHORIZATION',
  'Bearer sëcret-1',
  'Cookie',
  'sid=secret-2',
  'X-Key',
  'secret-3',
]
const names = ['authorization', 'cookie', 'set-cookie', 'x-key']

describe('secret fields', () => {
  test('come back as they were with the key, and stand nowhere in the database', async () => {
    const secrets = createSecrets(key, names)
    const { id, journal } = await recorded(secrets)
    const entry = await journal.entry(id)
    expect(entry.requestHeaders).toEqual(fields)
    expect(entry.responseHeaders).toEqual([
      'Set-Cookie',
      'sid=secret-4',
      'Set-Cookie',
      'b=secret-5',
    ])
    expect(entry.withheld).toEqual([])
    const rows = await query(url, 'select e::text as text from reprise.entry e where id = $1', [id])
    expect(JSON.stringify(rows)).toContain('sealed')
    expect(JSON.stringify(rows)).not.toMatch(/s.cret-\d/)
  })

  test('are withheld, and named, where another key is given', async () => {
    const { id } = await recorded(createSecrets(key, names))
    const entry = await opened(createSecrets(randomBytes(32), names)).entry(id)
    expect(entry.requestHeaders).toEqual(['Host', 'a'])
    expect(entry.withheld).toEqual(['aUTHORIZATION', 'Cookie', 'X-Key'])
  })

  test('are left out where there is no key, and no key brings them back', async () => {
    const { id } = await recorded(createSecrets(null, names))
    const entry = await opened(createSecrets(key, names)).entry(id)
    expect(entry.requestHeaders).toEqual(['Host', 'a'])
    expect(entry.withheld).toEqual(['aUTHORIZATION', 'Cookie', 'X-Key'])
  })

  test('are withheld from a reader that does not know them for secrets', async () => {
    const { id } = await recorded(createSecrets(key, names))
    const entry = await opened(createSecrets(key)).entry(id)
    expect(entry.requestHeaders).toEqual(fields.slice(0, 6))
    expect(entry.withheld).toEqual(['X-Key'])
  })

  test('that are no sealed value at all are withheld, and break nothing', () => {
    const { sealed } = createSecrets(key, names).seal('Cookie', 'a=1') as { sealed: string }
    const emptied = { sealed: `${sealed.split('.')[0]}.` }
    expect(createSecrets(key, names).open('Cookie', emptied)).toBeNull()
  })

  test('are sealed each time otherwise, and only under their own name', () => {
    const secrets = createSecrets(key, names)
    const sealed = secrets.seal('Cookie', 'a=1')
    expect(sealed).not.toEqual(secrets.seal('Cookie', 'a=1'))
    expect(secrets.open('cookie', sealed)).toBe('a=1')
    expect(secrets.open('authorization', sealed)).toBeNull()
    const text = (sealed as { sealed: string }).sealed
    const changed = text.replace(/\.(.)/, (_, first) => (first === 'A' ? '.B' : '.A'))
    expect(secrets.open('cookie', { sealed: changed })).toBeNull()
  })
})

test.each(['', 'short', 'x'.repeat(44), `${'0'.repeat(63)}g`])('%j is no key', (text) => {
  expect(() => parseKey(text)).toThrow(/expected 32 bytes as base64 or hex/)
})

test('a key is read as base64 and as hex', () => {
  expect(parseKey(key.toString('base64'))).toEqual(key)
  expect(parseKey(key.toString('hex'))).toEqual(key)
})

function opened(secrets: Secrets): Journal {
  const journal = openJournal({ url, secrets })
  onTestFinished(() => journal.close())
  return journal
}

async function recorded(secrets: Secrets): Promise<{ id: number; journal: Journal }> {
  const journal = opened(secrets)
  const stream = `secrets-${randomUUID()}`
  const recorder = recorderOf(stream)
  await journal.enrol(recorder, LEASE)
  const response = { fields: ['Set-Cookie', 'sid=secret-4', 'Set-Cookie', 'b=secret-5'] }
  await append(journal, stream, recorder.id, [newEntry(1, { request: { fields }, response })])
  const [entry] = await journal.list({ stream }, { order: 'id', limit: 1 })
  return { id: entry!.id, journal }
}

import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { ClientForm } from '../../journal/client-form.ts'
import type { NewEntry } from '../../journal/entry.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createSecrets, type Secrets } from '../../journal/secrets.ts'
import { LEASE, NOON, append, body, newEntry, newStream, recorderOf } from '../journal/entries.ts'
import { createDatabase, query } from '../support/database.ts'

// What a client had said of a secret is as much of one.

const url = await createDatabase()
const [key, other] = [randomBytes(32), randomBytes(32)]
const FORM: ClientForm = {
  target: '/things/old-1?access_token=planted-1',
  fields: [
    { at: 0, name: 'Cookie', value: 's=planted-2' },
    { at: 2, name: 'If-Match', value: '"old-1"' },
  ],
  body: [
    { offset: 7, length: 5, text: 'old-1' },
    { offset: 25, length: 9, text: 'planted-3' },
  ],
}
const SHOWN: ClientForm = {
  target: '/things/old-1?access_token=*********',
  fields: [{ ...FORM.fields[0]!, value: null }, FORM.fields[1]!],
  body: [FORM.body[0]!, { ...FORM.body[1]!, text: null }],
}

function said(now: Partial<NewEntry['request']['body']> = {}): NewEntry {
  const entry = newEntry(1, {
    arrivedAt: NOON,
    request: {
      fields: ['Content-Type', 'application/json'],
      body: { ...body('{"of":"new-1","password":"new-secret"}'), ...now },
    },
  })
  return { ...entry, request: { ...entry.request, clientForm: FORM } }
}

function opened(secrets: Secrets) {
  const journal = openJournal({ url, secrets })
  onTestFinished(() => journal.close())
  return journal
}

async function recorded(secrets: Secrets, entry: NewEntry) {
  const journal = opened(secrets)
  const recorder = recorderOf(newStream())
  await journal.enrol(recorder, LEASE)
  await append(journal, recorder.stream, recorder.id, [entry])
  const [read] = await journal.entries({ stream: recorder.stream }, { limit: 9, bytes: 9 })
  return { journal, id: read!.id }
}

test('it is shown without them, and comes back whole to whoever asks for them', async () => {
  const { journal, id } = await recorded(createSecrets(key), said())
  expect((await journal.entry(id)).clientForm).toEqual(SHOWN)
  expect((await journal.entry(id, 'opened')).clientForm).toEqual(FORM)
  expect((await opened(createSecrets(other)).entry(id, 'opened')).clientForm).toEqual(SHOWN)
  const [row] = await query(url, 'select e::text as text from reprise.entry e where id = $1', [id])
  expect((row as { text: string }).text).not.toContain('planted')
})

test('without a key they are left out, and sealed anew with another one', async () => {
  const bare = await recorded(createSecrets(null), said())
  expect((await bare.journal.entry(bare.id, 'opened')).clientForm).toEqual(SHOWN)
  const { id } = await recorded(createSecrets(key), said())
  const rotated = opened(createSecrets(other, undefined, [key]))
  await rotated.reseal(() => {})
  expect((await opened(createSecrets(other)).entry(id, 'opened')).clientForm).toEqual(FORM)
})

test('where the recorded body does not tell what is a secret, all of it is taken for one', async () => {
  const none = { bytes: Buffer.alloc(0), capture: 'aborted' as const }
  const { journal, id } = await recorded(createSecrets(key), said({ ...none, length: 0 }))
  const { clientForm } = await journal.entry(id)
  expect(clientForm!.body.map(({ text }) => text)).toEqual([null, null])
  expect((await journal.entry(id, 'opened')).clientForm).toEqual(FORM)
})

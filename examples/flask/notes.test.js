import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertAsRecorded, recording } from 'reprise/node-test'
import { serve } from '../program.js'

// Debian's python3-flask, or any other.
const FLASK = process.env.FLASK ?? 'flask'
const NOTES = fileURLToPath(new URL('notes.py', import.meta.url))

const start = () => serve((port) => [FLASK, '--app', NOTES, 'run', '--port', String(port)])

const notes = recording()

test('a note is made and changed twice', async () => {
  const { url } = await notes.record({ upstream: await start() })
  let note = await send('POST', `${url}/notes`, 'milk')
  for (const text of ['milk, bread', 'milk, bread, tea']) {
    note = await send('PUT', `${url}/notes/${note.id}`, text, note.etag)
  }
  assert.equal(note.text, 'milk, bread, tea')
})

test('a fresh instance takes the changes, under the versions that it gave', async () => {
  const run = await notes.replay({ to: await start() })
  assertAsRecorded(run)
  assert.equal(run.outcomes.same, 3)
})

async function send(method, url, text, etag) {
  const headers = { 'Content-Type': 'application/json', ...(etag && { 'If-Match': etag }) }
  const response = await fetch(url, { method, headers, body: JSON.stringify({ text }) })
  assert.ok(response.ok)
  return { ...(await response.json()), etag: response.headers.get('etag') }
}

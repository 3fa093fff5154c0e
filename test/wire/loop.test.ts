import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { recordedEntries, startRecorder, useJournal } from '../support/recorder.ts'

const database = await createDatabase()

test('a mutation is recorded as it was sent and answered', async () => {
  const origin = await startRawOrigin(() => plainAnswer('made', '201 Created'))
  const journal = useJournal(database)
  const proxy = await startRecorder(origin.url, journal)
  const answer = await fetch(`${proxy.url}/things?kind=a%20b`, { method: 'POST', body: '{"a":1}' })
  expect(answer.status).toBe(201)
  expect(await answer.text()).toBe('made')
  const [entry] = await recordedEntries(journal)
  expect(entry).toMatchObject({
    method: 'POST',
    target: '/things?kind=a%20b',
    status: 201,
    verdict: 'applied',
  })
  expect(entry!.requestBody.toString()).toBe('{"a":1}')
  expect(entry!.responseBody!.toString()).toBe('made')
})

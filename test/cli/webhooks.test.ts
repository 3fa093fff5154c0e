import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
const secret = `whsec_${randomBytes(32).toString('base64')}`

test('a restore by hand tells whoever is to be told', async () => {
  const journal = useJournal(database)
  const stream = randomUUID()
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  const hook = await startRawOrigin(() => plainAnswer('', '200 OK'))
  const argv = ['restore', stream, '--database-url', database, '--open', '--webhook', hook.url]
  const opened = await injected(argv, { env: { REPRISE_WEBHOOK_SECRET: secret } })
  expect(opened).toMatchObject({ code: 0 })
  const events = hook.requests.map(({ body }) => JSON.parse(body.toString()) as { event: string })
  expect(events).toMatchObject([
    { event: 'lost', epoch: 2 },
    { event: 'given_up', epoch: 2, detail: expect.stringContaining('opened by') as string },
  ])
})

test.each([
  [['--webhook', 'http://h/'], {}, /--webhook-secret is missing: expected it with --webhook/],
  [['--webhook', 'ftp://h/t0p'], {}, /--webhook: expected a URL such as https:/],
  [['--webhook', 'http://h/'], { REPRISE_WEBHOOK_SECRET: 'sh0rt' }, /expected whsec_ and base64/],
])('webhooks that cannot be are refused at the start: %j', async (argv, env, said) => {
  const refused = await injected(['restore', 'shop', '--open', ...argv], { env })
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(said) as string })
  expect(refused.stderr).not.toMatch(/t0p|sh0rt/)
})

test('a proxy without --restore has nothing to tell', async () => {
  const argv = ['proxy', '--target', 'http://127.0.0.1:1', '--listen', '127.0.0.1:0']
  const env = { REPRISE_WEBHOOK_SECRET: secret }
  expect(await injected([...argv, '--webhook', 'http://h/'], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--restore: expected auto or ask with --webhook') as string,
  })
})

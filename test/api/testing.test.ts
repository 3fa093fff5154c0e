import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { assertAsRecorded, recording } from '../../api/testing/vitest.ts'
import { createDatabase } from '../support/database.ts'

const url = await createDatabase()
// The folder of temporary ones is removed with the run.
const dataDir = mkdtempSync(join(tmpdir(), 'reprise-testing-'))
const shop = recording({ database: { url, dataDir } })
const empty = recording({ database: { url, dataDir } })

/** Sells everything at one price. */
async function sell(price: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ total: price, at: request.url }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('what one test records', async () => {
  const { url: to } = await shop.record({ upstream: await sell(8) })
  await fetch(`${to}/orders`, { method: 'POST' })
  await fetch(`${to}/orders/1/payment?by=card`, { method: 'POST' })
  expect(await (await shop.journal()).count()).toBe(2)
})

test('another one replays', async () => {
  const run = await shop.replay({ to: await sell(8) })
  expect(run).toBeAsRecorded()
  assertAsRecorded(run)
  expect(() => expect(run).not.toBeAsRecorded()).toThrow(
    'expected an answer that is not as recorded',
  )
})

test('an assertion that fails shows each difference', async () => {
  const run = await shop.replay({ to: await sell(9) })
  expect(run).not.toBeAsRecorded()
  expect(run.differences).toHaveLength(2)
  expect(run.differences[1]).toMatchObject({
    ...{ method: 'POST', target: '/orders/1/payment?by=card' },
    ...{ where: 'body /total', recorded: '8', came: '9' },
  })
  const said = `run ${run.id} done: 2 of 2 sent to ${run.target}
  2 different
entry ${run.attempts[0]?.entry}: POST /orders: body /total: 8 -> 9
  body /total: 8 -> 9
entry ${run.attempts[1]?.entry}: POST /orders/1/payment?by=card: body /total: 8 -> 9
  body /total: 8 -> 9`
  expect(run.report).toBe(said)
  expect(() => expect(run).toBeAsRecorded()).toThrow(said)
  expect(() => assertAsRecorded(run)).toThrow(said)
})

test('nothing that was recorded is nothing that was replayed', async () => {
  await empty.record({ upstream: await sell(8) })
  const run = await empty.replay({ to: await sell(8) })
  expect(() => assertAsRecorded(run)).toThrow(`nothing of stream ${empty.stream} was recorded`)
})

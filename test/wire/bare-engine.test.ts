import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { expect, test } from 'vitest'

// What the benchmark measures the proxy against has no types: that it still fits the engine is tried.

const BENCH = '../../bench/forwarders/peer-own.mjs'

test('the bare engine of the benchmark forwards', async () => {
  const origin = createServer((req, res) => req.pipe(res))
  const { ownForwarder } = await import(BENCH)
  const bare: Server = ownForwarder(await listening(origin))
  const answer = await fetch(`${await listening(bare)}/things`, {
    ...{ method: 'POST', body: 'asked', headers: { connection: 'close' } },
  })
  expect(await answer.text()).toBe('asked')
  for (const server of [bare, origin]) server.close()
})

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

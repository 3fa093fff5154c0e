import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { freePort } from '../support/free-port.ts'
import { RawClient, postText, queueOf, simulator } from './client.ts'

/** Of this process, which is a test file's own. A closed handle is listed a moment longer. */
const NONE = { TCPServerWrap: 0, TCPSocketWrap: 0, Timeout: 0 }

describe('closing', () => {
  test('frees the port, every socket and every timer, whatever is still waiting', async () => {
    const port = await freePort()
    await become(NONE)
    const sim = await simulator({ port })
    const orders = ['hang', 'hang, applied', 'delay=600000', 'delay=600000, cut']
    const clients = await Promise.all(
      orders.map(async (order) => RawClient.send(sim, postText('a', `Simulate: ${order}`))),
    )
    // The listener; both ends of four connections; two delays.
    const held = { TCPServerWrap: 1, TCPSocketWrap: 8, Timeout: 2 }
    await become(held)
    await sim.close()
    await Promise.all(clients.map(async (client) => client.closed()))
    await become(NONE)
    expect(clients.map((client) => client.received)).toStrictEqual(['', '', '', ''])
    const next = await simulator({ port })
    expect(next.url).toBe(sim.url)
  })

  test('may be asked twice', async () => {
    const sim = await simulator()
    await expect(Promise.all([sim.close(), sim.close()])).resolves.toBeDefined()
    await expect(sim.close()).resolves.toBeUndefined()
  })
})

test('a client that leaves a hang frees its socket on the server', async () => {
  await become(NONE)
  const sim = await simulator()
  const client = await RawClient.send(sim, postText('a', 'Simulate: hang'))
  await become({ ...NONE, TCPServerWrap: 1, TCPSocketWrap: 2 })
  client.socket.destroy()
  await become({ ...NONE, TCPServerWrap: 1 })
  expect(await queueOf(sim)).toStrictEqual({ queue: [] })
})

/** Without the timer of a poll of Vitest, which would be one of them. */
function become(wanted: typeof NONE): Promise<void> {
  return eventually(() => isDeepStrictEqual(resources(), wanted))
}

function resources() {
  const active = process.getActiveResourcesInfo()
  const count = (kind: string) => active.filter((name) => name === kind).length
  return {
    TCPServerWrap: count('TCPServerWrap'),
    TCPSocketWrap: count('TCPSocketWrap'),
    Timeout: count('Timeout'),
  }
}

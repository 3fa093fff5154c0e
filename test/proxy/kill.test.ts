import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { start } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'

const database = await createDatabase()

/** An origin that does as little as it can. */
async function quickOrigin(): Promise<string> {
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('ok'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Posts one request after the other until the proxy is gone; notes what was acknowledged. */
async function hammer(url: string, name: string, acknowledged: string[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; ; i++) {
    const target = `/${name}/${i}`
    const whole = await new Promise<boolean>((resolve) => {
      const request = http.request(url + target, { agent, method: 'POST' }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.complete && response.statusCode === 200))
        response.on('error', () => resolve(false))
      })
      request.on('error', () => resolve(false))
      request.end('{"command":"x"}')
    })
    if (!whole) break
    acknowledged.push(target)
  }
  agent.destroy()
}

test.each([1, 2, 3])(
  'round %d of kill -9 under load: all that was acknowledged is in the journal, once',
  async (round) => {
    const stream = `kill-${round}`
    const args = ['--target', await quickOrigin(), '--listen', '127.0.0.1:0', '--stream', stream]
    // A commit that is slow is no reason to go to the spool, where nobody looks here.
    const journal = ['--database-url', database, '--slow-commit', '1m']
    const proxy = await start(['proxy', ...args, ...journal])
    const acknowledged: string[] = []
    const clients = Array.from({ length: 32 }, (_, i) => hammer(proxy.url, `${i}`, acknowledged))
    const enough = 200 + Math.floor(Math.random() * 1_500)
    while (acknowledged.length < enough) await new Promise((resolve) => setTimeout(resolve, 1))
    await proxy.stop('SIGKILL')
    await Promise.all(clients)
    const rows = await query<{ target: string }>(
      database,
      'select target from reprise.entry where stream = $1',
      [stream],
    )
    const recorded = new Set(rows.map(({ target }) => target))
    expect(acknowledged.length).toBeGreaterThanOrEqual(enough)
    expect(acknowledged.filter((target) => !recorded.has(target))).toEqual([])
    expect(rows.length - recorded.size).toBe(0)
  },
)

import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { connectRaw, plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'
import { inject, injected, serving } from './injected.ts'

const database = await createDatabase()

const adminOf = (stdout: string) => /^admin (\S+)$/m.exec(stdout)?.[1]

async function look(url: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url)
  return { status: answer.status, body: await answer.json() }
}

test('a proxy that waits for PostgreSQL is alive, and says what it waits for', async () => {
  const port = await freePort()
  const proxy = inject([
    ...['proxy', '--target', 'http://127.0.0.1:9', '--listen', '127.0.0.1:0'],
    ...['--admin-listen', '127.0.0.1:0', '--database-url', `postgres://127.0.0.1:${port}/none`],
  ])
  await proxy.shows(/waiting for PostgreSQL/)
  const admin = adminOf(proxy.stdout())!
  expect(await look(`${admin}/healthz`)).toEqual({ status: 200, body: { status: 'ok' } })
  expect(await look(`${admin}/readyz`)).toMatchObject({
    status: 503,
    body: {
      ready: false,
      checks: [
        {
          ...{ name: 'journal', state: 'not_ready' },
          detail: expect.stringMatching(
            `waiting for PostgreSQL: .*ECONNREFUSED.*${port}`,
          ) as string,
        },
      ],
    },
  })
  expect(await (await fetch(`${admin}/metrics`)).text()).toMatch(/^reprise_build_info\{/m)
  proxy.interrupt()
  expect(await proxy.ended).toBe(130)
})

test('a proxy that ends is not ready any more, and still tells its sum', async () => {
  let answerAll = () => {}
  const isLet = new Promise<void>((resolve) => (answerAll = resolve))
  const answer: Answer = (_noted, socket) => {
    void isLet.then(() => socket.write(plainAnswer()))
    return undefined
  }
  const origin = await startRawOrigin(answer)
  const proxy = await serving([
    ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--admin-listen'],
    ...['127.0.0.1:0', '--database-url', database, '--stream', 'ending'],
  ])
  const admin = adminOf(proxy.stdout())!
  expect(await look(`${admin}/readyz`)).toMatchObject({ status: 200, body: { ready: true } })
  const client = await connectRaw(proxy.url)
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi')
  await origin.request(0)
  const stopped = proxy.stop()
  const checks = [{ name: 'end', state: 'not_ready', detail: 'an end was asked for' }]
  await expect
    .poll(() => look(`${admin}/readyz`))
    .toEqual({ status: 503, body: { ready: false, checks } })
  const metrics = await (await fetch(`${admin}/metrics`)).text()
  expect(metrics).toMatch(/^reprise_forwarded_total\{stream="ending"\} 1$/m)
  answerAll()
  await client.until(/ok$/)
  expect(await stopped).toMatchObject({ code: 0 })
})

test('an admin port that is taken is said before anything else is begun', async () => {
  const taken = await startRawOrigin()
  const { code, stderr } = await injected([
    ...['proxy', '--target', 'http://127.0.0.1:9', '--database-url', 'postgres://127.0.0.1:9/x'],
    ...['--listen', '127.0.0.1:0', '--admin-listen', `127.0.0.1:${taken.port}`],
  ])
  expect(code).toBe(4)
  expect(stderr).toMatch(/it is in use \[listen_failed\]\n.*--admin-listen/)
  expect(stderr).not.toMatch('PostgreSQL')
})

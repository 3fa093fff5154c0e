import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { injected } from './injected.ts'

// Real processes: a backend that makes up its ids, proxies before it, and a client that never learns anew.

const database = await createDatabase()
const BACKEND = fileURLToPath(new URL('../faults/support/naming-process.mjs', import.meta.url))

interface Thing {
  id: string
  name: string
  number: number
}

/** A backend of which `anew` makes another one that has nothing of the former. */
async function backend() {
  const port = await freePort()
  const begin = async () => {
    const child = spawn(process.execPath, [BACKEND, String(port)])
    await once(child.stdout, 'data')
    return child
  }
  let child = await begin()
  const kill = async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    things: async () => (await (await fetch(`${url}/things`)).json()) as Thing[],
    async anew() {
      await kill()
      child = await begin()
    },
  }
}

function startProxy(target: string, stream: string, live: 'on' | 'off') {
  return start(
    [
      ...['proxy', '--target', target, '--listen', '127.0.0.1:0', '--stream', stream],
      ...['--database-url', database, '--restore', 'auto', '--boot-id', '/boot json /id'],
      ...['--restore-in-doubt', 'skip', '--check-every', '1m', '--live-aliases', live],
    ],
    { env: { REPRISE_CHECK_ON_CONNECT: 'true' } },
  )
}

async function send(proxy: { url: string }, method: string, path: string, body?: string) {
  const response = await fetch(`${proxy.url}${path}`, {
    method,
    ...(body && { body }),
    headers: { 'Content-Type': 'application/json' },
  })
  return { status: response.status, body: await response.json() }
}

/** What it is shown, once the backend is there as it was. */
async function shown(proxy: { url: string }, path: string): Promise<unknown> {
  let found: unknown
  await eventually(async () => {
    const response = await fetch(`${proxy.url}${path}`)
    const text = await response.text()
    if (response.status !== 200) return false
    found = JSON.parse(text)
    return true
  })
  return found
}

test('old ids go on through three lives, another proxy and one that was restarted', async () => {
  const origin = await backend()
  const stream = randomUUID()
  let proxy = await startProxy(origin.url, stream, 'on')
  const { body } = await send(proxy, 'POST', '/things', '"first"')
  const { id } = body as Thing

  await origin.anew()
  expect(await shown(proxy, `/things/${id}`)).toEqual({ id, name: 'first', number: 0 })
  expect(await send(proxy, 'PUT', `/things/${id}`, '7')).toEqual({
    status: 200,
    body: { id, name: 'first', number: 7 },
  })
  const [second] = await origin.things()
  expect(second!.id).not.toBe(id)
  await proxy.stop()
  proxy = await startProxy(origin.url, stream, 'on')
  expect(await shown(proxy, `/things/${id}`)).toEqual({ id, name: 'first', number: 7 })

  await origin.anew()
  expect(await shown(proxy, `/things/${id}`)).toEqual({ id, name: 'first', number: 7 })
  const [third] = await origin.things()
  expect([id, second!.id]).not.toContain(third!.id)
  const another = await startProxy(origin.url, stream, 'on')
  for (const one of [proxy, another]) {
    expect(await shown(one, `/things/${id}`)).toEqual({ id, name: 'first', number: 7 })
    expect(await shown(one, `/things/${second!.id}`)).toMatchObject({ id, number: 7 })
  }
  const without = await startProxy(origin.url, stream, 'off')
  expect(await shown(without, '/things')).toEqual([third])
  expect((await send(without, 'GET', `/things/${id}`)).status).toBe(404)

  const looking = ['--stream', stream, '--database-url', database]
  const put = await injected(['entries', ...looking, '--method', 'PUT', '--json'])
  const [entry] = (JSON.parse(put.stdout) as { entries: { id: number; target: string }[] }).entries
  expect(entry!.target).toBe(`/things/${second!.id}`)
  const { stdout } = await injected(['entries', String(entry!.id), '--database-url', database])
  expect(stdout).toContain(`client    /things/${id}\n`)
})

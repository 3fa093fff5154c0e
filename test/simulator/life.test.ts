import { describe, expect, test } from 'vitest'
import { startSimulator } from '../../simulator/main.ts'
import { add, post, queueOf, send, simulator } from './client.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('a reboot', () => {
  test('loses everything, starts a new boot id, and ids at 1', async () => {
    const sim = await simulator()
    const before = await bootIdOf(sim.url)
    await add(sim, 'a', 'b')
    const answer = await send(`${sim.url}/api/reboot`, { method: 'POST' })
    const after = await bootIdOf(sim.url)
    expect(answer.status).toBe(200)
    expect(answer.json).toStrictEqual({ status: 'rebooted', boot_id: after })
    expect(after).not.toBe(before)
    expect(await queueOf(sim)).toStrictEqual({ queue: [] })
    expect((await post(sim, '{"command":"c"}')).json).toMatchObject({ command: { id: '1' } })
  })

  test('by the program does the same', async () => {
    const sim = await simulator()
    const before = await bootIdOf(sim.url)
    await add(sim, 'a')
    sim.reboot()
    expect(await bootIdOf(sim.url)).not.toBe(before)
    expect(await queueOf(sim)).toStrictEqual({ queue: [] })
  })

  test('makes the same requests in the same order give an equal queue', async () => {
    const sim = await simulator()
    const perform = async () => {
      await add(sim, 'a', 'b', 'c')
      await send(`${sim.url}/api/commands/2`, { method: 'DELETE' })
      await send(`${sim.url}/api/commands/3`, { method: 'PATCH', body: '{"state":"done"}' })
      return queueOf(sim)
    }
    const first = await perform()
    sim.reboot()
    expect(await perform()).toStrictEqual(first)
  })
})

test('random ids are opaque and never the same again', async () => {
  const sim = await simulator({ ids: 'random' })
  const ids = new Set<string>()
  for (const command of ['a', 'b']) {
    const { json } = await post(sim, JSON.stringify({ command }))
    ids.add((json as { command: { id: string } }).command.id)
    sim.reboot()
  }
  expect(ids.size).toBe(2)
  for (const id of ids) expect(id).toMatch(UUID)
})

test('health shows the boot id and the time since the boot', async () => {
  const sim = await simulator()
  const { status, json } = await send(`${sim.url}/health`)
  expect(status).toBe(200)
  expect(json).toStrictEqual({
    status: 'ok',
    boot_id: expect.stringMatching(UUID) as unknown,
    uptime_seconds: 0,
  })
})

describe('starting', () => {
  test('on a taken port is refused in clear words', async () => {
    const sim = await simulator()
    const port = Number(new URL(sim.url).port)
    await expect(startSimulator({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `The simulator cannot listen on 127.0.0.1 port ${port}: the port is already in use.`,
    })
  })

  test('on every address gives a URL that can be called', async () => {
    const sim = await simulator({ host: '0.0.0.0' })
    expect(sim.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await send(`${sim.url}/health`)).status).toBe(200)
  })

  test('leaves the global Request and Response alone', async () => {
    const before = [globalThis.Request, globalThis.Response]
    const sim = await simulator()
    await send(`${sim.url}/health`)
    expect([globalThis.Request, globalThis.Response]).toStrictEqual(before)
  })
})

async function bootIdOf(url: string): Promise<string> {
  return ((await send(`${url}/health`)).json as { boot_id: string }).boot_id
}

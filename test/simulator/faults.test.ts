import { describe, expect, test } from 'vitest'
import { SIMULATE_EXPECTED } from '../../simulator/simulate-header.ts'
import { RawClient, post, postText, queueOf, send, simulator } from './client.ts'

const BODY = '{"command":"a"}'
const EMPTY = { queue: [] }
const QUEUED = { queue: [{ id: '1', command: 'a', state: 'queued' }] }

describe('a malformed order', () => {
  test('is a 400 that says what is expected, and changes nothing', async () => {
    const sim = await simulator()
    const answer = await post(sim, BODY, { simulate: 'explode' })
    expect(answer.status).toBe(400)
    expect(answer.json).toStrictEqual({
      error: `Simulate: 'explode' is not understood; expected ${SIMULATE_EXPECTED}.`,
    })
    expect(await queueOf(sim)).toStrictEqual(EMPTY)
  })

  test('repeated header lines are one list', async () => {
    const sim = await simulator()
    const lines = 'Simulate: reset\r\nSimulate: applied'
    const client = await RawClient.send(sim, postText('a', lines))
    await client.closed()
    expect(await queueOf(sim)).toStrictEqual(QUEUED)
  })
})

describe('a delay', () => {
  test('is waited for, then comes the usual answer', async () => {
    const sim = await simulator()
    const begin = performance.now()
    expect((await post(sim, BODY, { simulate: 'delay=120' })).status).toBe(201)
    expect(performance.now() - begin).toBeGreaterThan(115)
    expect(await queueOf(sim)).toStrictEqual(QUEUED)
  })

  test('comes before the change', async () => {
    const sim = await simulator()
    await RawClient.send(sim, postText('a', 'Simulate: delay=600000'))
    expect(await queueOf(sim)).toStrictEqual(EMPTY)
  })

  test('comes after the change where it is applied', async () => {
    const sim = await simulator()
    const client = await RawClient.send(sim, postText('a', 'Simulate: delay=600000, applied'))
    await expect.poll(async () => queueOf(sim)).toStrictEqual(QUEUED)
    expect(client.received).toBe('')
  })

  test('runs its course, and the change is made, though the client left', async () => {
    const sim = await simulator()
    const client = await RawClient.send(sim, postText('a', 'Simulate: delay=50'))
    client.socket.destroy()
    await expect.poll(async () => queueOf(sim)).toStrictEqual(QUEUED)
  })
})

describe('an ordered status', () => {
  test('is answered in JSON and changes nothing', async () => {
    const sim = await simulator()
    const answer = await post(sim, BODY, { simulate: 'status=500' })
    expect(answer.status).toBe(500)
    expect(answer.json).toStrictEqual({ error: 'Simulated failure 500.' })
    expect(await queueOf(sim)).toStrictEqual(EMPTY)
  })

  test('hides a change where it is applied', async () => {
    const sim = await simulator()
    const answer = await post(sim, BODY, { simulate: 'status=503, applied' })
    expect(answer.status).toBe(503)
    expect(answer.headers.has('location')).toBe(false)
    expect(await queueOf(sim)).toStrictEqual(QUEUED)
  })

  test.for(['GET /health', 'GET /api/schema', 'GET /api/commands', 'POST /api/reboot'])(
    'is obeyed by %s',
    async (route) => {
      const sim = await simulator()
      const [method, path] = route.split(' ') as [string, string]
      const answer = await send(sim.url + path, { method, headers: { simulate: 'status=418' } })
      expect(answer.status).toBe(418)
    },
  )
})

describe('a reset', () => {
  test.for<[string, object]>([
    ['reset', EMPTY],
    ['reset, applied', QUEUED],
  ])('%s breaks the connection before any answer', async ([order, queue]) => {
    const sim = await simulator()
    const client = await RawClient.send(sim, postText('a', `Simulate: ${order}`))
    await client.closed()
    expect(client.error).toBe('ECONNRESET')
    expect(client.received).toBe('')
    expect(await queueOf(sim)).toStrictEqual(queue)
  })
})

describe('a cut', () => {
  test.for<[string, string, object]>([
    ['cut', '200 OK', EMPTY],
    ['cut, applied', '201 Created', QUEUED],
  ])('%s sends the head and half of the body', async ([order, status, queue]) => {
    const sim = await simulator()
    const client = await RawClient.send(sim, postText('a', `Simulate: ${order}`))
    await client.closed()
    const [head, body] = client.received.split('\r\n\r\n') as [string, string]
    expect(head).toContain(`HTTP/1.1 ${status}`)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
    expect(length).toBeGreaterThan(0)
    expect(body.length).toBe(Math.floor(length / 2))
    expect(head).not.toMatch(/transfer-encoding/i)
    expect(await queueOf(sim)).toStrictEqual(queue)
  })

  test('of an answer without a body sends nothing', async () => {
    const sim = await simulator()
    await post(sim, BODY)
    const head = 'DELETE /api/commands/1 HTTP/1.1\r\nHost: sim\r\nSimulate: cut, applied\r\n\r\n'
    const client = await RawClient.send(sim, head)
    await client.closed()
    expect(client.received).toBe('')
    expect(await queueOf(sim)).toStrictEqual(EMPTY)
  })
})

describe('a hang', () => {
  test('never answers, and leaves the others alone', async () => {
    const sim = await simulator()
    const client = await RawClient.send(sim, postText('a', 'Simulate: hang'))
    expect(await queueOf(sim)).toStrictEqual(EMPTY)
    expect(client.received).toBe('')
    expect(client.socket.closed).toBe(false)
  })

  test('has changed the queue where it is applied', async () => {
    const sim = await simulator()
    const client = await RawClient.send(sim, postText('a', 'Simulate: hang, applied'))
    await expect.poll(async () => queueOf(sim)).toStrictEqual(QUEUED)
    expect(client.received).toBe('')
  })
})

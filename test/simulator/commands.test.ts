import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RawClient, add, post, queueOf, send, simulator } from './client.ts'

const REFUSED = { error: "'command' is required." }

describe('queueing a command', () => {
  test('answers 201 with the status, the command, the queue and its location', async () => {
    const sim = await simulator()
    await add(sim, 'restart wifi')
    const answer = await post(sim, '{"command": "set channel 6"}')
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe('/api/commands/2')
    const command = { id: '2', command: 'set channel 6', state: 'queued' }
    const first = { id: '1', command: 'restart wifi', state: 'queued' }
    expect(answer.json).toStrictEqual({ status: 'queued', command, queue: [first, command] })
    expect((await send(sim.url + answer.headers.get('location'))).json).toStrictEqual(command)
  })

  test('keeps any text that is not blank as it is sent', async () => {
    const sim = await simulator()
    const text = fc.string({ unit: 'binary' }).filter((value) => value.trim() !== '')
    await fc.assert(
      fc.asyncProperty(text, async (command) => {
        const { status, json } = await post(sim, JSON.stringify({ command }))
        expect(status).toBe(201)
        expect(json).toMatchObject({ command: { command } })
        await send(`${sim.url}/api/commands`, { method: 'DELETE' })
      }),
      { numRuns: 50 },
    )
  })

  test.for(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x'])(
    'reads the body as JSON under the content type %s',
    async (type) => {
      const sim = await simulator()
      expect((await post(sim, '{"command":"a"}', { 'content-type': type })).status).toBe(201)
    },
  )

  test('ignores other members', async () => {
    const sim = await simulator()
    const { json } = await post(sim, '{"command":"a","id":"9","state":"done","x":1}')
    expect(json).toMatchObject({ command: { id: '1', command: 'a', state: 'queued' } })
  })
})

describe('a body that is no command', () => {
  const NOT_COMMANDS: Record<string, string | Uint8Array<ArrayBuffer>> = {
    'no body': '',
    'broken JSON': '{"command": "a"',
    null: 'null',
    'a scalar': '"command"',
    'an array': '[{"command":"a"}]',
    'an array as the command': '{"command":["a"]}',
    'a number as the command': '{"command":1}',
    'an empty command': '{"command":""}',
    'a blank command': '{"command":" \\t\\n\\u00a0\\u3000"}',
    'a command under __proto__': '{"__proto__":{"command":"a"}}',
    'bytes that are not UTF-8': Uint8Array.from(Buffer.from('{"command":"\xff"}', 'latin1')),
    'deep nesting': '['.repeat(60_000),
    'more than the largest body': JSON.stringify({ command: 'a'.repeat(64 * 1024) }),
    'far more than the largest body': JSON.stringify({ command: 'a'.repeat(4 * 1024 * 1024) }),
  }

  test.for(Object.keys(NOT_COMMANDS))('%s is answered by exactly the 400', async (name) => {
    const sim = await simulator()
    const { status, json } = await post(sim, NOT_COMMANDS[name])
    expect({ status, json }).toStrictEqual({ status: 400, json: REFUSED })
    expect(await queueOf(sim)).toStrictEqual({ queue: [] })
  })

  test('any garbage is answered by exactly the 400 and changes nothing', async () => {
    const sim = await simulator()
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value))
    const body = fc
      .oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((text) => Buffer.from(text)),
        fc.record({ command: fc.jsonValue() }).map(encoded),
        fc.record({ command: fc.stringMatching(/^\s*$/) }).map(encoded),
        fc.string().map((text) => Buffer.from(`{"command":${text}`)),
      )
      .filter((bytes) => !isCommand(bytes))
    const type = fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'x/y')
    await fc.assert(
      fc.asyncProperty(body, type, async (bytes, contentType) => {
        const answer = await post(sim, Uint8Array.from(bytes), { 'content-type': contentType })
        expect({ status: answer.status, json: answer.json }).toStrictEqual({
          status: 400,
          json: REFUSED,
        })
      }),
      { numRuns: 150 },
    )
    expect(await queueOf(sim)).toStrictEqual({ queue: [] })
  })

  test('maxBody is the largest body that is read', async () => {
    const body = '{"command":"a"}'
    const fits = await simulator({ maxBody: body.length })
    expect((await post(fits, body)).status).toBe(201)
    const refuses = await simulator({ maxBody: body.length - 1 })
    expect((await post(refuses, body)).json).toStrictEqual(REFUSED)
  })

  test('a client that leaves in the middle of the body has queued nothing', async () => {
    const sim = await simulator()
    const head = 'POST /api/commands HTTP/1.1\r\nHost: sim\r\nContent-Length: 999\r\n\r\n'
    const client = await RawClient.send(sim, `${head}{"command":"a"}`)
    client.socket.end()
    await client.closed()
    expect(await queueOf(sim)).toStrictEqual({ queue: [] })
  })
})

describe('a queued command', () => {
  test('is shown, changed at its place, and removed', async () => {
    const sim = await simulator()
    await add(sim, 'a', 'b')
    const url = `${sim.url}/api/commands/1`
    expect((await send(url)).json).toStrictEqual({ id: '1', command: 'a', state: 'queued' })
    const running = await send(url, { method: 'PATCH', body: '{"state":"running"}' })
    const command = { id: '1', command: 'a', state: 'running' }
    expect(running).toMatchObject({ status: 200, json: { status: 'changed', command } })
    await send(url, { method: 'PATCH', body: '{"command":"c","state":"done"}' })
    const second = { id: '2', command: 'b', state: 'queued' }
    expect(await queueOf(sim)).toStrictEqual({
      queue: [{ id: '1', command: 'c', state: 'done' }, second],
    })
    expect(await send(url, { method: 'DELETE' })).toMatchObject({ status: 204, json: undefined })
    expect(await queueOf(sim)).toStrictEqual({ queue: [second] })
  })

  test.for(['GET', 'PATCH', 'DELETE'])('%s of an unknown id is a 404', async (method) => {
    const sim = await simulator()
    const answer = await send(`${sim.url}/api/commands/7`, {
      method,
      ...(method === 'PATCH' && { body: '{"state":"done"}' }),
    })
    expect(answer.status).toBe(404)
    expect(answer.json).toStrictEqual({ error: "No command has the id '7'." })
  })

  test.for([
    '',
    '{}',
    '[]',
    'null',
    '{"state":"lost"}',
    '{"state":null}',
    '{"command":" "}',
    '{"command":1}',
    '{"state":"done","id":"2"}',
    '{"state":"done"',
  ])('is not changed by %j', async (body) => {
    const sim = await simulator()
    await add(sim, 'a')
    const answer = await send(`${sim.url}/api/commands/1`, { method: 'PATCH', body })
    expect(answer).toMatchObject({ status: 400, json: { error: expect.any(String) as unknown } })
    expect(await queueOf(sim)).toStrictEqual({
      queue: [{ id: '1', command: 'a', state: 'queued' }],
    })
  })

  test('goes with all others when the queue is cleared; ids go on', async () => {
    const sim = await simulator()
    await add(sim, 'a', 'b')
    const cleared = await send(`${sim.url}/api/commands`, { method: 'DELETE' })
    expect(cleared.status).toBe(200)
    expect(cleared.json).toStrictEqual({ status: 'cleared', cleared: 2, queue: [] })
    expect((await post(sim, '{"command":"c"}')).json).toMatchObject({ command: { id: '3' } })
  })
})

describe('what is not offered', () => {
  test('an unknown path is a 404 in JSON', async () => {
    const sim = await simulator()
    const answer = await send(`${sim.url}/api/nothing`)
    expect(answer).toMatchObject({ status: 404, json: { error: 'Not found.' } })
  })

  test('another method on a known path is a 405 that names the allowed ones', async () => {
    const sim = await simulator()
    const answer = await send(`${sim.url}/api/commands/1`, { method: 'PUT', body: '{}' })
    expect(answer).toMatchObject({ status: 405, json: { error: 'Method not allowed.' } })
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE')
  })

  test('an unreadable Host is a 400 in JSON', async () => {
    const sim = await simulator()
    const text = 'GET /health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'
    const client = await RawClient.send(sim, text)
    await client.closed()
    expect(client.received).toMatch(/^HTTP\/1.1 400 [^]*\{"error":"The request is malformed: /)
  })
})

function isCommand(bytes: Uint8Array): boolean {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as { command?: unknown } | null
    return typeof value?.command === 'string' && value.command.trim() !== ''
  } catch {
    return false
  }
}

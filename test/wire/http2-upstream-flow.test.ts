import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { ask, connectHttp2 } from '../support/http2-client.ts'
import { answerOk, startHttp2Origin, type Serve } from '../support/http2-origin.ts'
import { startRecorder } from '../support/recorder.ts'
import { stubJournal } from '../support/stub-journal.ts'

// Bodies pass under backpressure, and an exchange that is slow holds up no other.

const SIZE = 64 * 1024 * 1024
const PIECE = Buffer.alloc(64 * 1024, 'x')

/** What the two sides and the proxy may hold of a stream together, in bytes. */
const HELD = 8 * 1024 * 1024

async function stand(recording: 'on' | 'off', serve: Serve) {
  const origin = await startHttp2Origin(serve)
  const proxy = await startRecorder(origin.url, recording === 'off' ? null : stubJournal(), {
    upstreamHttp2: 'on',
    maxBody: 1024 * 1024,
  })
  return { origin, session: connectHttp2(proxy.url) }
}

/** Writes until there is no room for a while; answers how much went. */
async function fill(stream: NodeJS.WritableStream, most: number): Promise<number> {
  let written = 0
  while (written < most) {
    written += PIECE.length
    if (stream.write(PIECE)) continue
    const room = once(stream, 'drain').then(() => 'room')
    const none = new Promise((resolve) => setTimeout(resolve, 300, 'none'))
    if ((await Promise.race([room, none])) === 'none') break
  }
  return written
}

/** Writes so much, however long it takes, and ends it. */
async function finish(stream: NodeJS.WritableStream, left: number): Promise<void> {
  for (let written = 0; written < left; written += PIECE.length) {
    if (!stream.write(PIECE)) await once(stream, 'drain')
  }
  stream.end()
}

describe.each(['off', 'on'] as const)('recording %s', (recording) => {
  test('an answer waits for a client that reads nothing', async () => {
    let filled = Promise.resolve(0)
    const { session, origin } = await stand(recording, (call) => {
      if (!call.fields.includes('/big')) {
        answerOk(call)
        return
      }
      call.stream.respond({ ':status': 200 })
      // Else node:http2 would reset the stream before its end.
      call.stream.resume()
      filled = fill(call.stream, SIZE)
    })
    const stream = session.request({ ':method': 'POST', ':path': '/big' }, { endStream: true })
    await once(stream, 'response')
    const written = await filled
    expect(written).toBeLessThan(HELD)
    expect((await ask(session, { ':method': 'POST', ':path': '/' }, 'x')).body.toString()).toBe(
      'ok',
    )
    const [call] = origin.calls
    void finish(call!.stream, SIZE - written)
    let read = 0
    for await (const chunk of stream) read += (chunk as Buffer).length
    expect(read).toBe(SIZE)
  })

  test('a request waits for an upstream that reads nothing', async () => {
    const { session, origin } = await stand(recording, (call) => {
      if (!call.fields.includes('/big')) answerOk(call)
    })
    const stream = session.request({ ':method': 'POST', ':path': '/big' }, { endStream: false })
    const written = await fill(stream, SIZE)
    expect(written).toBeLessThan(HELD)
    expect((await ask(session, { ':method': 'POST', ':path': '/' }, 'x')).body.toString()).toBe(
      'ok',
    )
    const call = origin.calls.find(({ fields }) => fields.includes('/big'))!
    void finish(stream, SIZE - written)
    let read = 0
    for await (const chunk of call.stream) read += (chunk as Buffer).length
    expect(read).toBe(SIZE)
    answerOk(call)
    await once(stream, 'response')
  })

  test('the end of an answer that nobody has read yet outlives its connection', async () => {
    const size = 200_000
    const { session, origin } = await stand(recording, ({ stream }) => {
      stream.respond({ ':status': 200 })
      stream.end(Buffer.alloc(size))
    })
    // A client that takes only what the windows of HTTP/2 let through.
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: true })
    stream.pause()
    await eventually(() => origin.calls.length === 1 && origin.streams.size === 0)
    for (const one of origin.sessions) one.close()
    await eventually(() => origin.sockets.size === 0)
    let read = 0
    for await (const chunk of stream) read += (chunk as Buffer).length
    expect([read, stream.rstCode]).toEqual([size, 0])
  })
})

import { once } from 'node:events'
import http2 from 'node:http2'
import { describe, expect, test } from 'vitest'
import { type ProxyOptions } from '../../proxy/proxy.ts'
import { eventually, RECORDING } from '../support/between.ts'
import { stopTimeouts } from '../support/held-time.ts'
import { ask, connectHttp2, reset } from '../support/http2-client.ts'
import { answerOk, startHttp2Origin, type Call, type Serve } from '../support/http2-origin.ts'
import { connectRaw } from '../support/raw-http.ts'
import { connections, startRecorder } from '../support/recorder.ts'
import { stubJournal } from '../support/stub-journal.ts'

// How exchanges and connections with an upstream of HTTP/2 end before their time.

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } =
  http2.constants

async function stand(
  recording: (typeof RECORDING)[number],
  serve?: Serve,
  settings?: http2.Settings,
  changes?: Partial<ProxyOptions>,
) {
  const origin = await startHttp2Origin(serve, settings)
  const journal = stubJournal()
  const proxy = await startRecorder(origin.url, recording === 'off' ? null : journal, {
    upstreamHttp2: 'on',
    ...changes,
  })
  return { origin, journal, proxy, session: connectHttp2(proxy.url) }
}

const POST = { ':method': 'POST', ':path': '/' }
const GET = { ':path': '/' }

/** The first calls are served in one way, all that follow in the other. */
const firstThen =
  (first: Serve, then: Serve = answerOk, many = 1): Serve =>
  (call) =>
    many-- > 0 ? first(call) : then(call)

const refuse = ({ stream }: Call) => stream.close(NGHTTP2_REFUSED_STREAM)

describe.each(RECORDING)('recording %s: an upstream of HTTP/2', (recording) => {
  test.each([
    ['a reset', ({ stream }: Call) => stream.close(NGHTTP2_INTERNAL_ERROR)],
    ['a reset without an error', ({ stream }: Call) => stream.close(NGHTTP2_NO_ERROR)],
    ['a reset that cancels', ({ stream }: Call) => stream.close(NGHTTP2_CANCEL)],
    ['the end of its connection', ({ drop }: Call) => drop()],
    ['GOAWAY with an error', ({ stream }: Call) => stream.session!.destroy(undefined, 2)],
  ])('that answers with %s may have had the request', async (_, serve) => {
    const { session, journal, origin } = await stand(recording, firstThen(serve))
    const { head } = await ask(session, POST, 'hi')
    expect(head).toMatchObject({ ':status': 502, 'reprise-error': 'upstream_failed' })
    expect(origin.calls.length).toBe(1)
    expect((await ask(session, POST, 'hi')).body.toString()).toBe('ok')
    if (recording === 'off') return
    const entries = await journal.stored(2)
    expect(entries[0]).toMatchObject({ verdict: 'in_doubt', cause: 'upstream_reset' })
  })

  test.each([
    ['a reset', ({ stream }: Call) => reset(stream, NGHTTP2_INTERNAL_ERROR)],
    ['a reset without an error', ({ stream }: Call) => reset(stream, NGHTTP2_NO_ERROR)],
    ['a reset that cancels', ({ stream }: Call) => reset(stream, NGHTTP2_CANCEL)],
    ['the end of its connection', ({ drop }: Call) => drop()],
    ['GOAWAY with an error', ({ stream }: Call) => stream.session!.destroy(undefined, 2)],
  ])('an answer that ends in %s is no whole one', async (_, cut) => {
    const { session, journal } = await stand(recording, (call) => {
      call.stream.respond({ ':status': 200 })
      call.stream.write('part')
      call.stream.session!.ping(() => cut(call))
    })
    const { head, body, code } = await ask(session, POST, 'hi')
    expect([head[':status'], body.toString()]).toEqual([200, 'part'])
    expect(code).not.toBe(0)
    if (recording === 'off') return
    const [entry] = await journal.stored(1)
    expect(entry!.response!.body).toMatchObject({ capture: 'aborted', length: 4 })
  })

  test('an answer shorter than its length is no whole one', async () => {
    const { session } = await stand(recording, ({ stream }) => {
      stream.respond({ ':status': 200, 'content-length': 5 })
      stream.end('four')
    })
    const { code } = await ask(session, POST, 'hi')
    expect(code).not.toBe(0)
  })

  test('a client of HTTP/1.1 is reset where the answer is cut', async () => {
    const { proxy } = await stand(recording, (call) => {
      call.stream.respond({ ':status': 200 })
      call.stream.write('part')
      call.stream.session!.ping(() => reset(call.stream, NGHTTP2_INTERNAL_ERROR))
    })
    const client = await connectRaw(proxy.url)
    client.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
    expect((await client.closed()).how).toBe('reset')
  })

  test.each([
    ['HTTP/1.1', undefined],
    ['HTTP/2', undefined],
  ])('a client of %s that leaves frees its stream, and nothing else', async (version) => {
    const { session, proxy, origin } = await stand(recording, (call) => {
      if (call.fields.includes('/hang')) call.stream.resume()
      else answerOk(call)
    })
    const path = { ':method': 'POST', ':path': '/hang' }
    const leave = await begin()
    await eventually(() => origin.streams.size === 1)
    const [stream] = origin.streams
    // No time passes: it is at once, not when some is over.
    stopTimeouts()
    leave()
    await eventually(() => origin.streams.size === 0)
    expect(stream!.rstCode).toBe(NGHTTP2_CANCEL)
    expect((await ask(session, POST, 'x')).body.toString()).toBe('ok')
    expect(origin.calls.map(({ connection }) => connection)).toEqual([0, 0])

    async function begin(): Promise<() => void> {
      if (version === 'HTTP/2') {
        const stream = session.request(path, { endStream: true })
        return () => stream.close(NGHTTP2_CANCEL)
      }
      const client = await connectRaw(proxy.url)
      client.write('POST /hang HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
      return () => client.socket.destroy()
    }
  })

  test.each([
    ['with no body', undefined],
    ['with a small body', 'hi'],
  ])('a mutation %s that is refused is sent once more', async (_, body) => {
    const { session, origin, journal } = await stand(recording, firstThen(refuse))
    expect((await ask(session, POST, body)).body.toString()).toBe('ok')
    expect(origin.calls.length).toBe(2)
    if (recording === 'on') expect(await journal.stored(1)).toMatchObject([{ verdict: 'applied' }])
  })

  test('what is refused again was not delivered', async () => {
    const { session, origin, proxy } = await stand(recording, firstThen(refuse, answerOk, 2))
    const { head } = await ask(session, POST, 'hi')
    expect(head).toMatchObject({ ':status': 502, 'reprise-error': 'upstream_unreachable' })
    expect(origin.calls.length).toBe(2)
    if (recording === 'on') {
      expect(proxy.counts).toMatchObject({ inDoubt: 0, excluded: { not_delivered: 1 } })
    }
  })

  test('what is under way when it says GOAWAY comes to its end, new requests go elsewhere', async () => {
    const { session, origin } = await stand(recording, (call) => {
      if (!call.fields.includes('/slow')) answerOk(call)
    })
    const slow = ask(session, { ':method': 'POST', ':path': '/slow' }, 'x')
    await eventually(() => origin.calls.length === 1)
    const [call] = origin.calls
    call!.stream.session!.goaway(NGHTTP2_NO_ERROR, call!.stream.id)
    await new Promise((resolve) => call!.stream.session!.ping(resolve))
    expect((await ask(session, POST, 'x')).body.toString()).toBe('ok')
    expect(origin.calls[1]!.connection).toBe(1)
    answerOk(call!)
    expect((await slow).body.toString()).toBe('ok')
    await eventually(() => origin.sessions.size === 1)
  })

  test('what is beyond the last stream of GOAWAY is sent elsewhere', async () => {
    const { session, origin } = await stand(
      recording,
      firstThen(
        answerOk,
        firstThen(({ stream }) => {
          // RFC 9113 section 6.8: it is ignored.
          stream.session!.goaway(NGHTTP2_NO_ERROR, stream.id! - 2)
        }),
      ),
    )
    await ask(session, POST, 'x')
    expect((await ask(session, POST, 'x')).body.toString()).toBe('ok')
    expect(origin.calls.map(({ connection }) => connection)).toEqual([0, 0, 1])
  })

  test('a safe request is sent once more where a connection that was used ends under it', async () => {
    const { session, origin } = await stand(
      recording,
      firstThen(
        answerOk,
        firstThen(({ drop }) => drop()),
      ),
    )
    await ask(session, POST, 'x')
    expect((await ask(session, GET)).body.toString()).toBe('ok')
    expect(origin.calls.map(({ connection }) => connection)).toEqual([0, 0, 1])
  })

  test('no more streams than it takes; what goes beyond has another connection', async () => {
    const open = new Map<number, number>()
    let most = 0
    const { session, origin } = await stand(
      recording,
      async (call) => {
        const streams = (open.get(call.connection) ?? 0) + 1
        open.set(call.connection, streams)
        most = Math.max(most, streams)
        await new Promise((resolve) => setTimeout(resolve, 5))
        open.set(call.connection, open.get(call.connection)! - 1)
        answerOk(call)
      },
      { maxConcurrentStreams: 5 },
    )
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(session, POST, 'x')))
    expect(answers.map(({ body }) => body.toString())).toEqual(answers.map(() => 'ok'))
    expect([most, origin.calls.length]).toEqual([5, 40])
    expect(open.size).toBeGreaterThan(1)
  })

  test('one that takes no streams gets none, and the client is told', async () => {
    const { session, origin } = await stand(recording, answerOk, { maxConcurrentStreams: 0 })
    const { head } = await ask(session, POST, 'x')
    expect(head).toMatchObject({ ':status': 502, 'reprise-error': 'upstream_unreachable' })
    expect(origin.calls).toEqual([])
  })

  test('a connection on which nothing is sent ends', async () => {
    const { session, origin } = await stand(
      recording,
      answerOk,
      {},
      {
        connections: connections({ upstreamKeepAlive: 100 }),
      },
    )
    await ask(session, POST, 'x')
    await eventually(() => origin.sockets.size === 0)
    expect((await ask(session, POST, 'x')).body.toString()).toBe('ok')
  })

  test('the end of the proxy closes its connections', async () => {
    const { session, origin, proxy } = await stand(recording)
    await ask(session, POST, 'x')
    await proxy.close(1_000)
    await eventually(() => origin.sockets.size === 0)
  })

  test('an upload that the client breaks off is no whole one', async () => {
    const { session, origin } = await stand(recording, ({ stream }) => stream.resume())
    const stream = session.request(POST, { endStream: false })
    stream.write('part')
    await eventually(() => origin.calls.length === 1)
    const [call] = origin.calls
    let ended = false
    // node:http2 ends what was reset, too; then the stream is closed.
    const push = call!.stream.push.bind(call!.stream)
    call!.stream.push = (chunk: unknown) => {
      if (chunk === null && !call!.stream.closed) ended = true
      return push(chunk)
    }
    reset(stream, NGHTTP2_CANCEL)
    await once(call!.stream, 'close')
    expect(call!.stream.rstCode).toBe(NGHTTP2_CANCEL)
    expect(ended).toBe(false)
  })
})

import { once } from 'node:events'
import type { ClientHttp2Stream } from 'node:http2'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { grpcOutcome } from '../../proxy/grpc.ts'
import { LINGER } from '../../proxy/own-answer.ts'
import { GrpcMessages, grpcStatusOf, isGrpc } from '../../wire/grpc.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { ask, connectHttp2, got, reset } from '../support/http2-client.ts'
import { bodyOf, startHttp2Origin, type Call, type Serve } from '../support/http2-origin.ts'
import { recordingOptions, startRecorder } from '../support/recorder.ts'
import { stubJournal } from '../support/stub-journal.ts'

// gRPC frame by frame: its messages, its trailers, and what becomes of its calls.

function message(text: string): Buffer {
  const body = Buffer.from(text)
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(body.length, 1)
  return Buffer.concat([prefix, body])
}

describe('messages are counted', () => {
  const three = Buffer.concat([message('one'), message(''), message('x'.repeat(300))])

  test.each([1, 2, 3, 7, 1_000])('in pieces of %i bytes', (size) => {
    const messages = new GrpcMessages()
    let count = 0
    for (let at = 0; at < three.length; at += size)
      count = messages.add(three.subarray(at, at + size))
    expect(count).toBe(3)
  })

  test('from their first byte on', () => {
    const messages = new GrpcMessages()
    expect(messages.add(Buffer.alloc(0))).toBe(0)
    expect(messages.add(message('one'))).toBe(1)
    expect(messages.add(Buffer.from([0]))).toBe(2)
  })
})

test.each([
  ['application/grpc', true],
  ['application/grpc+proto', true],
  ['Application/gRPC; charset=utf-8', true],
  ['application/grpc-web', false],
  ['application/grpc-web+proto', false],
  ['application/json', false],
])('%s is gRPC: %s', (type, expected) => {
  expect(isGrpc(['Content-Type', type])).toBe(expected)
})

test('the status stands in the trailers, or in the head', () => {
  expect(grpcStatusOf({ fields: [], trailers: ['grpc-status', '7'] })).toBe(7)
  expect(grpcStatusOf({ fields: ['grpc-status', '5'], trailers: [] })).toBe(5)
  expect(grpcStatusOf({ fields: [], trailers: ['grpc-status', 'x'] })).toBe(null)
})

const OUTCOMES = [
  [0, 'answered', 200],
  ...[3, 5, 6, 7, 9, 11, 12, 16].map((code) => [code, 'answered', 400] as const),
  ...[2, 8, 10, 13, 14, 15, 99].map((code) => [code, 'answered', 500] as const),
  [1, 'unanswered', undefined],
  [4, 'unanswered', undefined],
  [null, 'unanswered', undefined],
] as const

test.each(OUTCOMES)('status %s is %s %s', (code, kind, status) => {
  const trailers = code === null ? [] : ['grpc-status', String(code)]
  const outcome = grpcOutcome({ status: 200, fields: [], trailers }, 'whole')
  expect(outcome.kind).toBe(kind)
  if (outcome.kind === 'answered') expect(outcome.status).toBe(status)
})

async function stand(serve: Serve, durability: 'commit' | 'intent' = 'commit') {
  const origin = await startHttp2Origin(serve)
  const journal = stubJournal()
  const proxy = await startRecorder(origin.url, journal, {
    upstreamHttp2: 'on',
    recording: recordingOptions({ durability }),
  })
  return { origin, journal, proxy, session: connectHttp2(proxy.url) }
}

const CALL = {
  ...{ ':method': 'POST', ':path': '/shop.Orders/Place', te: 'trailers' },
  'content-type': 'application/grpc',
}
const HEAD = { ':status': 200, 'content-type': 'application/grpc' }

/** Answers with these messages and this status. */
function answer({ stream }: Pick<Call, 'stream'>, messages: string[], trailers: object): void {
  stream.respond(HEAD, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers(trailers as Record<string, string>))
  for (const text of messages) stream.write(message(text))
  stream.end()
}

const unary =
  (trailers: object = { 'grpc-status': '0' }): Serve =>
  async (call) => {
    await bodyOf(call.stream)
    answer(call, ['done'], trailers)
  }

describe.each(['commit', 'intent'] as const)('recording %s', (durability) => {
  test('a unary call is recorded with its messages and its trailers', async () => {
    const trailers = { 'grpc-status': '0', 'x-details-bin': 'AAA' }
    const { session, journal, origin } = await stand(unary(trailers), durability)
    const call = await ask(session, CALL, message('one'))
    expect([call.body.equals(message('done')), call.code]).toEqual([true, 0])
    expect(call.trailers).toMatchObject(trailers)
    expect(origin.calls[0]!.fields.slice(-4)).toEqual([
      ...['content-type', 'application/grpc', 'te', 'trailers'],
    ])
    const [entry] = await journal.stored(1)
    expect(entry).toMatchObject({ verdict: 'applied', cause: null })
    expect(entry!.request.body.bytes.equals(message('one'))).toBe(true)
    expect(entry!.response!.body.bytes.equals(message('done'))).toBe(true)
    expect(entry!.response!.body.trailers).toEqual([
      ...['grpc-status', '0', 'x-details-bin', 'AAA'],
    ])
  })

  test('an answer that is a head alone stays one', async () => {
    const { session, journal, proxy } = await stand(async ({ stream, fields }) => {
      await bodyOf(stream)
      const code = fields.includes('/shop.Orders/Fail') ? '13' : '5'
      stream.respond({ ...HEAD, 'grpc-status': code, 'grpc-message': 'no' }, { endStream: true })
    }, durability)
    const refused = await ask(session, CALL, message('one'))
    expect(refused.head).toMatchObject({ 'grpc-status': '5', 'grpc-message': 'no' })
    expect(refused.flags & 1).toBe(1)
    const failed = await ask(session, { ...CALL, ':path': '/shop.Orders/Fail' }, message('one'))
    expect(failed.flags & 1).toBe(1)
    expect(await journal.stored(1)).toMatchObject([{ verdict: 'failed', number: 2 }])
    expect(proxy.counts).toMatchObject({ forwarded: 2, excluded: { status: 1 } })
  })

  test.each([
    [{ 'grpc-status': '14' }, { verdict: 'failed' }],
    [{ 'grpc-status': '4' }, { verdict: 'in_doubt', cause: 'grpc_undecided', delivery: 'whole' }],
    [{ 'x-other': '1' }, { verdict: 'in_doubt', cause: 'grpc_undecided', delivery: 'whole' }],
  ])('of trailers %j the entry says %j', async (trailers, expected) => {
    const { session, journal } = await stand(unary(trailers), durability)
    await ask(session, CALL, message('one'))
    expect(await journal.stored(1)).toMatchObject([expected])
  })

  test('one that is cut before its trailers is in doubt', async () => {
    const { session, journal } = await stand(async ({ stream }) => {
      await bodyOf(stream)
      stream.respond(HEAD)
      stream.write(message('done'))
      stream.session!.ping(() => reset(stream, 2))
    }, durability)
    expect((await ask(session, CALL, message('one'))).code).not.toBe(0)
    expect(await journal.stored(1)).toMatchObject([
      { verdict: 'in_doubt', cause: 'grpc_undecided', response: { status: 200 } },
    ])
  })

  test('an answer of something before the service counts as HTTP has it', async () => {
    const { session, proxy, journal } = await stand(async ({ stream, fields }) => {
      await bodyOf(stream)
      stream.respond({ ':status': fields.includes('/503') ? 503 : 404 })
      stream.end('no')
    }, durability)
    await ask(session, CALL, message('one'))
    await ask(session, { ...CALL, ':path': '/503' }, message('one'))
    expect(await journal.stored(1)).toMatchObject([{ verdict: 'failed', number: 2 }])
    expect(proxy.counts).toMatchObject({ excluded: { status: 1 } })
  })

  test.each([
    ['many messages of the server', (stream: ClientHttp2Stream) => void stream.end(message('one'))],
    [
      'many messages of the client',
      (stream: ClientHttp2Stream) => {
        stream.write(message('one'))
        stream.end(message('two'))
      },
    ],
  ])('%s are a stream: passed, and counted as excluded', async (name, send) => {
    const { session, proxy, journal } = await stand(async (call) => {
      await bodyOf(call.stream)
      const messages = name.includes('server') ? ['one', 'two', 'three'] : ['one']
      answer(call, messages, { 'grpc-status': '0' })
    }, durability)
    const stream = session.request(CALL, { endStream: false })
    const answered = got(stream)
    send(stream)
    const { trailers, code, body } = await answered
    expect(trailers).toMatchObject({ 'grpc-status': '0' })
    expect([code, new GrpcMessages().add(body)]).toEqual([0, name.includes('server') ? 3 : 1])
    expect(proxy.counts).toMatchObject({ forwarded: 1, excluded: { grpc_stream: 1 } })
    await proxy.close(2_000)
    expect(journal.entries()).toEqual([])
    const [noted] = journal.records('unrecorded')
    expect(noted!.unrecorded).toMatchObject({ reason: 'grpc_stream', numbers: [1] })
    expect(noted!.unrecorded.begun).toEqual(durability === 'intent' ? [1] : [])
  })

  test('messages go back and forth one by one', async () => {
    const { session, proxy } = await stand(({ stream }) => {
      stream.respond(HEAD, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.on('data', (chunk: Buffer) => stream.write(chunk))
      stream.on('end', () => stream.end())
    }, durability)
    const stream = session.request(CALL, { endStream: false })
    stream.write(message('0'))
    await once(stream, 'response')
    for (let i = 0; i < 5; i++) {
      if (i > 0) stream.write(message(String(i)))
      const [chunk] = (await once(stream, 'data')) as [Buffer]
      expect(chunk.equals(message(String(i)))).toBe(true)
    }
    stream.end()
    await once(stream, 'trailers')
    expect(proxy.counts).toMatchObject({ excluded: { grpc_stream: 1 } })
  })

  test('the first message of an answer is not held back', async () => {
    const streams: Call[] = []
    const { session, journal } = await stand(async (call) => {
      await bodyOf(call.stream)
      call.stream.respond(HEAD, { waitForTrailers: true })
      call.stream.on('wantTrailers', () => call.stream.sendTrailers({ 'grpc-status': '0' }))
      call.stream.write(message('first'))
      streams.push(call)
    }, durability)
    const stream = session.request(CALL, { endStream: false })
    stream.end(message('one'))
    const [chunk] = (await once(stream, 'data')) as [Buffer]
    expect(chunk.equals(message('first'))).toBe(true)
    streams[0]!.stream.end()
    await once(stream, 'trailers')
    expect(await journal.stored(1)).toMatchObject([{ verdict: 'applied' }])
  })

  test('a server that ends a call before its request ends is not kept waiting', async () => {
    const { session, proxy } = await stand((call) => {
      call.stream.resume()
      answer(call, [], { 'grpc-status': '0' })
    }, durability)
    // That for which the rest of a request is waited for is never over.
    holdTimeouts(LINGER)
    const stream = session.request(CALL, { endStream: false })
    stream.write(message('one'))
    expect((await got(stream)).trailers).toMatchObject({ 'grpc-status': '0' })
    expect(proxy.counts).toMatchObject({ excluded: { grpc_stream: 1 } })
  })
})

test('a stream that was quiet for long when it is cut is no unary call', async () => {
  const { session, proxy, journal } = await stand(async ({ stream }) => {
    await bodyOf(stream)
    stream.respond(HEAD)
    stream.write(message('first'))
  })
  const stream = session.request(CALL, { endStream: false })
  stream.end(message('one'))
  await once(stream, 'data')
  const later = performance.now() + 1_001
  vi.spyOn(performance, 'now').mockReturnValue(later)
  onTestFinished(() => void vi.restoreAllMocks())
  reset(stream, 8)
  await expect.poll(() => proxy.counts!.excluded).toEqual({ grpc_stream: 1 })
  expect(journal.entries()).toEqual([])
})

test('the trailers of a unary call wait until its entry is durable', async () => {
  const { session, journal } = await stand(unary())
  journal.hold()
  const stream = session.request(CALL, { endStream: false })
  stream.end(message('one'))
  let ended = false
  const call = got(stream).then((all) => {
    ended = true
    return all
  })
  await journal.asked(1)
  await new Promise((resolve) => session.ping(resolve))
  expect(ended).toBe(false)
  journal.release()
  expect((await call).trailers).toMatchObject({ 'grpc-status': '0' })
})

test('a long stream is not kept', async () => {
  const size = 256 * 1024
  const count = 64
  const { session, proxy, journal } = await stand(async (call) => {
    await bodyOf(call.stream)
    call.stream.respond(HEAD, { waitForTrailers: true })
    call.stream.on('wantTrailers', () => call.stream.sendTrailers({ 'grpc-status': '0' }))
    for (let i = 0; i < count; i++) {
      if (!call.stream.write(message('x'.repeat(size)))) await once(call.stream, 'drain')
    }
    call.stream.end()
  })
  const stream = session.request(CALL, { endStream: false })
  stream.end(message('one'))
  const { body } = await got(stream)
  expect(body.length).toBe(count * (size + 5))
  await proxy.close(2_000)
  // At most the pieces of the first message were.
  expect(journal.records('chunk').length).toBeLessThanOrEqual(2)
  expect(journal.records('unrecorded')).toMatchObject([{ unrecorded: { numbers: [1] } }])
})

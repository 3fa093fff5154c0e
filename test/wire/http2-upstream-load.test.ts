import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { ClientHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { ask, connectHttp2, got, reset } from '../support/http2-client.ts'
import { answerOk, bodyOf, startHttp2Origin, type Call } from '../support/http2-origin.ts'
import { connections, recordingOptions, startRecorder } from '../support/recorder.ts'
import { stubJournal } from '../support/stub-journal.ts'

// Whatever becomes of single exchanges, nothing of them stays.

const POST = { ':method': 'POST', ':path': '/' }

/** Numbers from 0 to below 1 that are the same each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

/**
 * The connections that this process opens from now on, as long as they are open. An origin of
 * node:http2 cannot tell: it may have stopped to read, and then sees no end.
 */
function opened(): ReadonlySet<Socket> {
  const open = new Set<Socket>()
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
  subscribe('net.client.socket', onSocket)
  onTestFinished(() => void unsubscribe('net.client.socket', onSocket))
  return open
}

describe.each(['off', 'commit', 'intent'] as const)('recording %s', (mode) => {
  test('exchanges that end in every way leave no stream and no connection behind', async () => {
    const random = chance(7)
    const misbehave: ((call: Call) => unknown)[] = [
      ({ stream }) => reset(stream, 7),
      ({ stream }) => reset(stream, 2),
      (call) => {
        call.stream.session!.goaway(0, call.stream.id)
        call.stream.resume()
        answerOk(call)
      },
      ({ drop }) => drop(),
      (call) => {
        call.stream.respond({ ':status': 200 })
        call.stream.write('part')
        setTimeout(() => !call.stream.destroyed && reset(call.stream, 0), 5)
      },
    ]
    const origin = await startHttp2Origin(
      async (call) => {
        const chosen = random()
        if (chosen < 0.1) {
          await misbehave[Math.floor(chosen * 10 * misbehave.length)]!(call)
          return
        }
        const body = await bodyOf(call.stream).catch(() => null)
        if (body === null || call.stream.destroyed) return
        if (chosen < 0.2) await new Promise((resolve) => setTimeout(resolve, 10))
        if (call.stream.destroyed) return
        call.stream.respond({ ':status': 200 })
        call.stream.end(body)
      },
      { maxConcurrentStreams: 20 },
    )
    const journal = stubJournal()
    const proxy = await startRecorder(origin.url, mode === 'off' ? null : journal, {
      upstreamHttp2: 'on',
      connections: connections({ upstreamKeepAlive: 100 }),
      ...(mode !== 'off' && { recording: recordingOptions({ durability: mode }) }),
    })
    const session = connectHttp2(proxy.url)
    await once(session, 'connect')
    const upstream = opened()
    const results = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const codes: number[] = []
        for (let i = 0; i < 20; i++)
          codes.push(await one(session.request(POST, { endStream: false })))
        return codes
      }),
    )
    expect(results.flat().filter((status) => status === 200).length).toBeGreaterThan(100)
    await eventually(() => origin.streams.size === 0 && upstream.size === 0)
    if (mode !== 'off') {
      await eventually(() => {
        const { forwarded, recorded, inDoubt, excluded } = proxy.counts!
        const others = Object.values(excluded).reduce((sum, count) => sum + count, 0)
        return forwarded === recorded + inDoubt + others
      })
      expect(proxy.counts!.lost).toBe(0)
    }

    async function one(stream: ClientHttp2Stream): Promise<number> {
      const answer = got(stream)
      stream.write(Buffer.alloc(Math.floor(random() * 3_000)))
      const chosen = random()
      if (chosen < 0.05) reset(stream, 8)
      else if (chosen < 0.1) setTimeout(() => !stream.destroyed && reset(stream, 8), 3)
      else stream.end(Buffer.alloc(Math.floor(random() * 100_000)))
      return Number((await answer).head[':status'])
    }
  })
})

test('a thousand exchanges at once, over as few connections as they fit in', async () => {
  const origin = await startHttp2Origin(
    async (call) => {
      await bodyOf(call.stream)
      answerOk(call)
    },
    { maxConcurrentStreams: 100 },
  )
  const proxy = await startRecorder(origin.url, stubJournal(), { upstreamHttp2: 'on' })
  const sessions = Array.from({ length: 4 }, () => connectHttp2(proxy.url))
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => ask(sessions[i % 4]!, POST, 'x'.repeat(i))),
  )
  expect(new Set(answers.map(({ body }) => body.toString()))).toEqual(new Set(['ok']))
  expect(origin.sockets.size).toBeLessThanOrEqual(10)
})

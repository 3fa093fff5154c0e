import net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { NoAnswer } from '../../../wire/exchange.ts'
import { BackOff } from '../../../replayer/sending/back-off.ts'
import { systemClock } from '../../../replayer/sending/clock.ts'
import type { RetryRules } from '../../../replayer/sending/retry.ts'
import { send } from '../../../replayer/sending/send.ts'
import { Sender, type Reviewer } from '../../../replayer/sending/sender.ts'
import { openClient } from '../../../wire/open-client.ts'
import { freePort } from '../../support/free-port.ts'
import { plainAnswer, startRawOrigin, type Answer } from '../../support/raw-http.ts'
import { requestWith } from './entries.ts'

interface Given {
  answer?: Answer
  rules?: Partial<RetryRules>
  /** Where the requests go instead of to an origin that answers. */
  url?: string
}

async function sending({ answer, rules, url }: Given = {}) {
  const origin = await startRawOrigin(answer)
  const target = new URL(url ?? origin.url)
  const client = openClient(target, {})
  onTestFinished(() => client.destroy())
  const run = new AbortController()
  const { signal } = run
  const sender = new Sender({
    send: (request, mark) =>
      send(request, mark, { target, host: 'recorded', client, timeout: 20_000, signal }),
    retry: { retries: 2, idempotent: 'never', maxBackoff: 1000, ...rules },
    backOff: new BackOff(systemClock, signal),
    again: async () => {},
    clock: systemClock,
    random: () => 0,
    signal,
  })
  const go = (said: { method?: string; target?: string } = {}) =>
    sender.send(subject, async () => ({ kind: 'send', request: requestWith(said) }), keep)
  return { origin, run, sender, go }
}

const subject = { mark: '1/1', recorded: 201 }
const keep: Reviewer = async () => ({ kind: 'keep', notes: [] })

const busy = (fields: string, status = '429 Slowly') => plainAnswer('', status, fields)

/** Answers as is said, one after the other, then 200. */
function inTurn(...answers: (Buffer | 'cut')[]): Answer {
  return (_, socket) => {
    const next = answers.shift()
    if (next !== 'cut') return next ?? plainAnswer()
    socket.destroy()
    return undefined
  }
}

test('an answer is handed on with what was sent', async () => {
  const { origin, go } = await sending()
  const sent = await go()
  expect(sent).toMatchObject({ kind: 'answer', tries: 1, notes: [], stop: null })
  expect(sent).toMatchObject({ answer: { status: 200 }, request: { target: '/things' } })
  expect(origin.requests).toHaveLength(1)
})

test('a target that is not there yet is tried again', async () => {
  const port = await freePort()
  const { go } = await sending({ url: `http://127.0.0.1:${port}` })
  const going = go()
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(plainAnswer()))
  })
  onTestFinished(() => void server.close())
  server.listen(port, '127.0.0.1')
  expect(await going).toMatchObject({ kind: 'answer', answer: { status: 200 } })
})

test('one that is not there is given up, and it is said how often it was tried', async () => {
  const { go } = await sending({ url: `http://127.0.0.1:${await freePort()}` })
  const failure = await go().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(NoAnswer)
  expect(failure).toMatchObject({ sent: 'nothing' })
  expect((failure as Error).message).toMatch(/ECONNREFUSED.*\(tried 3 times\)/)
})

test('a POST whose answer was cut off is never sent again', async () => {
  const { origin, go } = await sending({ answer: inTurn('cut'), rules: { idempotent: 'again' } })
  await expect(go()).rejects.toMatchObject({ sent: 'something' })
  expect(origin.requests).toHaveLength(1)
})

test('a PUT is where that is allowed, and only there', async () => {
  const strict = await sending({ answer: inTurn('cut') })
  await expect(strict.go({ method: 'PUT' })).rejects.toThrow('--retry-idempotent')
  const { origin, go } = await sending({ answer: inTurn('cut'), rules: { idempotent: 'again' } })
  expect(await go({ method: 'PUT' })).toMatchObject({ tries: 2, answer: { status: 200 } })
  expect(origin.requests).toHaveLength(2)
})

test('429 and 503 with Retry-After are waited for, whatever the method', async () => {
  const answers = [busy('Retry-After: 0\r\n'), busy('Retry-After: 0\r\n', '503 Busy'), busy('')]
  const { go } = await sending({ answer: inTurn(...answers) })
  expect(await go()).toMatchObject({ tries: 4, answer: { status: 200 }, notes: [] })
})

test('what asks for more than --max-backoff is what came of it, with the reason', async () => {
  const { go } = await sending({ answer: inTurn(busy('Retry-After: 3600\r\n')) })
  const sent = await go()
  expect(sent).toMatchObject({ tries: 1, answer: { status: 429 } })
  expect(sent).toMatchObject({ notes: [expect.stringContaining('beyond --max-backoff')] })
})

test('while a target asks for less nobody else is sent', async () => {
  const order: string[] = []
  const { go } = await sending({
    answer({ target }) {
      order.push(target)
      return order.length === 1 ? busy('Retry-After: 1\r\n') : plainAnswer()
    },
    rules: { maxBackoff: 2000 },
  })
  const began = performance.now()
  const first = go({ target: '/first' })
  while (order.length === 0) await new Promise(setImmediate)
  // The answer is on its way; what comes after it waits.
  await new Promise((go) => setTimeout(go, 50))
  await Promise.all([first, ...['/a', '/b', '/c'].map((target) => go({ target }))])
  expect(performance.now() - began).toBeGreaterThan(990)
  expect(order).toHaveLength(5)
})

test('an aborted run ends a wait, and nothing more is sent', async () => {
  const { origin, run, go } = await sending({
    answer: () => busy('Retry-After: 3600\r\n'),
    rules: { maxBackoff: Infinity },
  })
  const going = go()
  await origin.request(0)
  await new Promise((go) => setTimeout(go, 20))
  run.abort()
  await going.catch(() => {})
  await expect(go()).rejects.toMatchObject({ message: 'interrupted', sent: 'nothing' })
  expect(origin.requests).toHaveLength(1)
})

test('what is not to be sent is not', async () => {
  const { origin, sender } = await sending()
  const left = { kind: 'skip', why: 'it is of yesterday' } as const
  expect(await sender.send(subject, async () => left, keep)).toBe(left)
  expect(origin.requests).toStrictEqual([])
})

test('a review may have it made anew and sent once more, add notes, and stop the run', async () => {
  let made = 0
  const { origin, sender } = await sending()
  const sent = await sender.send(
    subject,
    async () => ({ kind: 'send', request: requestWith({ target: `/${++made}` }) }),
    async (_request, _answer, tries) =>
      tries === 1 ? { kind: 'again', notes: ['first'] } : { kind: 'stop', notes: ['enough'] },
  )
  expect(origin.requests.map(({ target }) => target)).toStrictEqual(['/1', '/2'])
  expect(sent).toMatchObject({ tries: 2, notes: ['first', 'enough'], stop: 'enough' })
})

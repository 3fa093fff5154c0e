import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { standProxy } from './gate-stage.ts'

// A backend that is too busy to take connections drops them, and their system tries again: after a second that
// may be the next life of it.

const url = await createDatabase()
const CLIENTS = 12

const BUSY = `
  require('node:http')
    .createServer((request, response) => response.end('applied by the first'))
    .listen({ port: Number(process.argv[1]), host: '127.0.0.1', backlog: 1 }, () => console.log('ready'))`

async function startBusy(port: number) {
  const child = spawn(process.execPath, ['-e', BUSY, String(port)])
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  await once(child.stdout, 'data')
  return { freeze: () => child.kill('SIGSTOP'), kill }
}

test('what waited for a connection with one life is not sent to the next one', async () => {
  const next = await startRawOrigin(() => plainAnswer('applied by the next'))
  await next.close()
  const first = await startBusy(next.port)
  const stream = randomUUID()
  const { journal, proxy, post } = await standProxy(url, next.url, stream, {
    gate: { signs: [], every: 3_600_000, rules: { back: 'lost', failed: 'shut' } },
  })
  const gate = proxy.gate!
  first.freeze()
  const { traffic } = proxy.figures
  const answers: string[] = []
  const posts = Array.from({ length: CLIENTS }, async (_, n) => {
    answers.push(await post(`/${n}`, /by the \w+$|\}\n$/))
  })
  const began = () => traffic.requests().reduce((sum, [, count]) => sum + count, 0)
  await eventually(() => began() === CLIENTS)
  await first.kill()
  await eventually(() => proxy.problems.some((line) => line.startsWith('the backend is away: ')))
  await next.reopen()

  await eventually(() => gate.held + answers.length === CLIENTS)
  expect(gate.held).toBeGreaterThan(0)
  await eventually(async () => (await journal.epoch(stream))!.number === 2)
  expect(next.requests.filter(({ method }) => method === 'POST')).toEqual([])
  const { claim } = (await journal.claimEpoch(stream, 'test', 30_000, 'restoring'))!
  await journal.endEpoch(claim, { phase: 'open', outcome: 'restored', detail: null })
  await Promise.all(posts)
  expect(answers.filter((answer) => answer.includes('by the next'))).not.toEqual([])
  expect(answers.filter((answer) => answer.includes('by the first'))).toEqual([])
})

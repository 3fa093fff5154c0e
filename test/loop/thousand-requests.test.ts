import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run, start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { mixedRequests, type MixedRequest } from './mixed-requests.ts'
import { essence, startNotingOrigin, valueOf, type Note } from './noting-origin.ts'
import { rawSender } from './raw-sender.ts'

const database = await createDatabase()
const SEED = 20_261_123

test(
  'a thousand mixed requests reach a fresh origin again, byte for byte and in order',
  { timeout: 300_000 },
  async () => {
    const requests = mixedRequests(SEED)
    expect(requests).toHaveLength(1000)
    const origin = await startNotingOrigin()
    const common = ['--database-url', database, '--stream', 'mixed', '--data-dir', await folder()]
    const proxy = await start([
      ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', ...common],
    ])
    const sent = await sendAll(proxy.url, requests)
    expect((await proxy.stop()).code).toBe(0)
    await origin.close()
    // What the recording rests on: the origin had exactly what was sent.
    expect(byNumber(origin.notes)).toEqual(requests.map(asNoted))

    const fresh = await startNotingOrigin({ port: origin.port })
    const flags = ['--yes', '--json', '--timeout', '1m']
    const ran = await run(['replay', '--base-url', fresh.url, ...common, ...flags])
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stderr).not.toContain('Warning')
    const replayed = requests.filter(({ fate }) => fate === 'replayed')
    const failed = requests.filter(({ fate }) => fate === 'failed')
    expect(await useJournal(database).count({ stream: 'mixed' })).toEqual({
      applied: replayed.length,
      failed: failed.length,
    })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      planned: replayed.length,
      outcomes: { same: replayed.length },
    })
    expect(byNumber(fresh.notes)).toEqual(replayed.map(asNoted))
    expectOrder(fresh.notes.map(numberOf), sent)
  },
)

/** When a request was begun and when its answer was there, on one logical clock. */
interface Span {
  begun: number
  ended: number
}

/** One after the other, then by eight clients at once, then one after the other again. */
async function sendAll(url: string, requests: readonly MixedRequest[]): Promise<Span[]> {
  const spans: Span[] = []
  let clock = 0
  const sendEach = async (queue: MixedRequest[]) => {
    const sender = rawSender(url)
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const begun = clock++
      const status = await sender.send(next).catch((error: unknown) => String(error))
      expect(status, `${next.number} ${next.kind}: ${next.method} ${next.target}`).toBe(next.status)
      spans[next.number] = { begun, ended: clock++ }
    }
  }
  await sendEach(requests.slice(0, 350))
  const shared = requests.slice(350, 850)
  await Promise.all(Array.from({ length: 8 }, () => sendEach(shared)))
  await sendEach(requests.slice(850))
  return spans
}

/** Nothing comes before what had been answered when it was begun. */
function expectOrder(numbers: readonly number[], spans: readonly Span[]): void {
  let earliestEnd = Infinity
  for (const number of numbers.toReversed()) {
    const { begun, ended } = spans[number]!
    expect(begun, `request ${number} came before one that had ended`).toBeLessThan(earliestEnd)
    earliestEnd = Math.min(earliestEnd, ended)
  }
}

function numberOf(note: Note): number {
  return Number(valueOf(note.fields, 'x-number'))
}

function byNumber(notes: readonly Note[]): string[] {
  return notes.toSorted((a, b) => numberOf(a) - numberOf(b)).map(essence)
}

/** What an origin should note of a request: X-Hop, which Connection names, stops at the proxy. */
function asNoted({ method, target, fields, pieces, trailers }: MixedRequest): string {
  const isHop = (i: number) => fields[i - (i % 2)] === 'X-Hop'
  const names = fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
  const chunked = names.includes('transfer-encoding')
  return essence({
    method,
    target,
    fields: fields.filter((_, i) => !isHop(i)),
    framing: chunked ? 'chunked' : names.includes('content-length') ? 'length' : 'none',
    body: Buffer.concat(pieces),
    trailers,
  })
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'reprise-loop-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { Client, type Answer } from './client.ts'
import { brokenStream, legalStream, spaced, type Stream } from './fuzz-requests.ts'
import { asPassedOn, type Passed } from './passed-on.ts'
import { ok, Origin } from './origin.ts'
import { Stage, type Stand } from './stand.ts'
import { MODES, startReprise } from './subjects.ts'

// What a strict origin reads of a connection is what it reads of the same bytes behind the proxy,
// or the proxy refuses; and it never reads more.

/** REPRISE_FUZZ_RUNS: of each kind and mode. REPRISE_FUZZ_SEED: `random`, or that of a run before. */
const RUNS = Number(process.env['REPRISE_FUZZ_RUNS'] ?? 200)
const SEED = seedOf(process.env['REPRISE_FUZZ_SEED'] ?? '20261128')

/** What fails says how to have it again; to make it small would take minutes. */
const FUZZ = { seed: SEED, endOnFailure: true }

/** For one stream, in ms, and for an answer that a broken one may not get. */
const PATIENCE = 15_000
const GRACE = 250

/** HEAD has no body either, so what it is an answer to need not be known. */
const ANSWER = ok('')

function seedOf(given: string): number {
  return given === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(given)
}

interface Reading {
  requests: Passed[]
  /** Whether something came that a strict origin does not take. */
  broken: boolean
}

describe.each(MODES)(`fuzz with seed ${SEED}: reprise %s`, async (mode) => {
  const database = await createDatabase()
  let stage: Stage
  let direct: Origin
  beforeAll(async () => {
    direct = await Origin.listen()
    stage = await Stage.of((url) => startReprise(mode, url, database), PATIENCE)
  })
  afterAll(async () => {
    await stage.close()
    direct.close()
  })

  /** What the origin reads where nothing stands before it. */
  async function readDirectly(stream: Stream): Promise<Reading> {
    direct.forget()
    direct.answers(ANSWER)
    const client = await Client.to(direct.url)
    for (const segment of stream.segments) client.send(segment)
    client.socket.end()
    await client.closed()
    return { requests: direct.requests.map(asPassedOn), broken: direct.broken.length > 0 }
  }

  /** Sends it through the proxy and calls back with what came of it. */
  async function sendThrough(
    stream: Stream,
    expected: Reading,
    look: (requests: Passed[], client: Client, answers: Answer[]) => void,
  ): Promise<void> {
    const run = async (stand: Stand) => {
      stand.origin.answers(ANSWER)
      const client = await stand.connect()
      for (const segment of stream.segments) {
        client.send(segment)
        await new Promise((resolve) => setImmediate(resolve))
      }
      const answers = await answersTo(client, expected)
      await stand.settled()
      look(stand.origin.requests.map(asPassedOn), client, answers)
    }
    await stage.play({ name: 'fuzz', section: 'all of 9112', run })
  }

  test('legal requests arrive as they were sent', { timeout: RUNS * 1_000 }, async () => {
    const property = fc.asyncProperty(legalStream, async (stream) => {
      const expected = await readDirectly(stream)
      expect([expected.requests.length, expected.broken]).toEqual([stream.count, false])
      await sendThrough(stream, expected, (requests) => expect(requests).toEqual(expected.requests))
    })
    await fc.assert(property, { ...FUZZ, numRuns: RUNS })
  })

  test('broken ones are refused or read the same', { timeout: RUNS * 1_000 }, async () => {
    let forwarded = 0
    let refused = 0
    const property = fc.asyncProperty(brokenStream, async (stream) => {
      const expected = await readDirectly(spaced(stream))
      await sendThrough(stream, expected, (requests, client, answers) => {
        const same = Math.min(requests.length, expected.requests.length)
        expect(requests.slice(0, same)).toEqual(expected.requests.slice(0, same))
        // What the origin itself refuses may have been made into one right request.
        expect(requests.length - same).toBeLessThanOrEqual(expected.broken ? 1 : 0)
        const isRefused = answers.some(isOwn)
        if (same < expected.requests.length) {
          expect(isRefused || client.reader.ended !== null).toBe(true)
        }
        if (isRefused) refused++
        if (same > 0) forwarded++
      })
    })
    await fc.assert(property, { ...FUZZ, numRuns: RUNS })
    // Or it would have shown nothing.
    expect(forwarded).toBeGreaterThan(RUNS / 10)
    expect(refused).toBeGreaterThan(RUNS / 10)
  })
})

function isOwn({ fields }: Answer): boolean {
  return fields.some(([name]) => name === 'Reprise-Error')
}

/** Final answers, as many as there should be; one more, in some time, where something is broken. */
async function answersTo(client: Client, { requests, broken }: Reading): Promise<Answer[]> {
  const answers: Answer[] = []
  const next = async () => {
    for (;;) {
      const answer = await client.answer()
      if (answer.status >= 200) return answers.push(answer)
    }
  }
  try {
    while (answers.length < requests.length) await next()
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise((resolve) => (timer = setTimeout(resolve, GRACE)))
    if (broken) await Promise.race([next(), grace])
    clearTimeout(timer)
  } catch {
    // It closed: no more answers.
    await client.closed()
  }
  return answers
}

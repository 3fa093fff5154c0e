import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createDatabase, query } from '../support/database.ts'
import { CLIENT_CASES, UPSTREAM_CASES } from './http2/cases/all.ts'
import { Http1Upstream } from './http2/http1-upstream.ts'
import { Http2Upstream } from './http2/http2-upstream.ts'
import { Http2Stage, type Http2Case, type UpstreamCase } from './http2/stand.ts'
import { repriseToHttp1, repriseToHttp2 } from './http2/subjects.ts'
import type { Upstream } from './http2/upstream.ts'
import { noteOutcome } from './outcomes.ts'
import { Origin } from './origin.ts'
import { MODES } from './subjects.ts'

/** For one case, in ms: success takes a few. */
const PATIENCE = 15_000

const ALL_CASES = [...CLIENT_CASES, ...UPSTREAM_CASES]

describe.each(MODES)('reprise %s', async (mode) => {
  const database = await createDatabase()

  describe('from HTTP/2 to HTTP/1.1', () => {
    let stage: Http2Stage<Upstream>
    beforeAll(async () => {
      const upstream = new Http1Upstream(await Origin.listen())
      stage = await Http2Stage.of(upstream, repriseToHttp1(mode, database), PATIENCE)
    })
    afterAll(() => stage.close())
    test.each(CLIENT_CASES)('$section: $name', (one) =>
      noted(`reprise ${mode}, HTTP/2 to HTTP/1.1`, one, () => stage.play(one)),
    )
  })

  describe('from HTTP/2 to HTTP/2', () => {
    let stage: Http2Stage<Http2Upstream>
    beforeAll(async () => {
      const upstream = await Http2Upstream.listen()
      stage = await Http2Stage.of(upstream, repriseToHttp2(mode, database), PATIENCE)
    })
    afterAll(() => stage.close())
    test.each(ALL_CASES)('$section: $name', (one) =>
      noted(`reprise ${mode}, HTTP/2 to HTTP/2`, one, () => stage.play(one)),
    )
  })

  test('what went through was recorded, or not, as it should be', async () => {
    const sql = 'select count(*)::int as count from reprise.entry'
    const [row] = await query<{ count: number }>(database, sql)
    if (mode === 'off') expect(row!.count).toBe(0)
    else expect(row!.count).toBeGreaterThan(ALL_CASES.length)
  })
})

async function noted(
  subject: string,
  { section, name, known }: Http2Case | UpstreamCase,
  play: () => Promise<void>,
): Promise<void> {
  const failure = await play().then(
    () => null,
    (error: Error) => error,
  )
  noteOutcome(inject('outcomes'), { subject, section, name, failure: failure?.message ?? null })
  // Whoever mends it is to say so.
  if (known !== undefined) expect(failure, `no longer so: ${known}`).not.toBeNull()
  else if (failure !== null) throw failure
}

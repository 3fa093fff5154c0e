/**
 * For Vitest. Record in one test, replay in another:
 *
 *     import { expect, test } from 'vitest'
 *     import { recording } from 'reprise/vitest'
 *
 *     const shop = recording()
 *
 *     test('an order is made', async () => {
 *       const { url } = await shop.record({ upstream: app.url })
 *       await fetch(`${url}/orders`, { method: 'POST', body: '{"item":"tea"}' })
 *     })
 *
 *     test('another build answers the same', async () => {
 *       expect(await shop.replay({ to: build.url })).toBeAsRecorded()
 *     })
 *
 * With `recording({ file: 'test/shop.reprise.jsonl' })` what is replayed is in that file: written where it is not
 * there yet, and anew by `vitest -u`, as snapshots are; on CI it is only read.
 */
import { afterAll, beforeAll, expect } from 'vitest'
import type { ReplayRun } from '../run.ts'
import { flawOf } from './assert.ts'
import { recordingIn, type Recording, type RecordingOptions } from './recording.ts'

export { assertAsRecorded } from './assert.ts'
export type { FileUpdate, Recording, RecordingOptions } from './recording.ts'

/** A recording for the tests of the file (or of the `describe` that it is called in). */
export function recording(options?: RecordingOptions): Recording {
  return recordingIn(
    {
      before: (begin) => beforeAll(async () => void (await begin()), PATIENCE),
      after: (end) => afterAll(end, PATIENCE),
      // Before Vitest 4 it is not told.
      update: () => expect.getState().snapshotState?.snapshotUpdateState ?? 'none',
      updating: 'vitest -u',
    },
    options,
  )
}

/** How long PostgreSQL may take to start or to end, in ms: longer than most tests may. */
const PATIENCE = 60_000

expect.extend({
  toBeAsRecorded(run: ReplayRun) {
    const flaw = flawOf(run)
    return {
      pass: flaw === null,
      message: () => flaw ?? `expected an answer that is not as recorded\n\n${run.report}`,
    }
  },
})

declare module 'vitest' {
  // oxlint-disable-next-line no-unused-vars -- all declarations of it have the same parameters
  interface Matchers<T> {
    /** That every entry of a replay was answered as recorded; what was not is shown. */
    toBeAsRecorded(): void
  }
}

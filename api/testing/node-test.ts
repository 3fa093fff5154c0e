/**
 * For node:test. Record in one test, replay in another:
 *
 *     import { test } from 'node:test'
 *     import { assertAsRecorded, recording } from 'reprise/node-test'
 *
 *     const shop = recording()
 *
 *     test('an order is made', async () => {
 *       const { url } = await shop.record({ upstream: app.url })
 *       await fetch(`${url}/orders`, { method: 'POST', body: '{"item":"tea"}' })
 *     })
 *
 *     test('another build answers the same', async () => {
 *       assertAsRecorded(await shop.replay({ to: build.url }))
 *     })
 *
 * With `recording({ file: 'test/shop.reprise.jsonl' })` what is replayed is in that file: only read, but written by
 * `node --test --test-update-snapshots` (from Node 22.3), as snapshots are; before that, by the option `update`.
 */
import { after, before } from 'node:test'
import { recordingIn, type Recording, type RecordingOptions } from './recording.ts'

export { assertAsRecorded } from './assert.ts'
export type { FileUpdate, Recording, RecordingOptions } from './recording.ts'

/** A recording for the tests of the file (or of the `describe` that it is called in). */
export function recording(options?: RecordingOptions): Recording {
  return recordingIn(
    {
      ...{ before, after, updating: `node --test ${UPDATING} (from Node 22.3)` },
      update: () => (process.execArgv.includes(UPDATING) ? 'all' : 'none'),
    },
    options,
  )
}

const UPDATING = '--test-update-snapshots'

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Backend, IDS, type Ids } from './backend.ts'
import { Client } from './client.ts'
import { blankRecording, lives, note, restore, type Life } from './lives.ts'

// Each restore sends all of what was recorded in the lives before.

/** Histories; the variable REPRISE_HISTORIES says how many more. */
const RUNS = Number(process.env['REPRISE_HISTORIES'] ?? 100)

test.each(IDS)('after each restore the state is the same up to ids that are %s', async (ids) => {
  await fc.assert(
    fc.asyncProperty(lives, fc.nat(1e6), fc.constantFrom(1, 5_000), (all, seed, limit) =>
      livesHold(all, ids, { seed, limit }),
    ),
    { numRuns: RUNS },
  )
})

async function livesHold(
  all: readonly Life[],
  ids: Ids,
  { seed, limit }: { seed: number; limit: number },
): Promise<void> {
  const recording = blankRecording()
  let backend = new Backend(ids, seed)
  const client = new Client(backend)
  for (const [life, { acts, knowing }] of all.entries()) {
    const from = client.exchanges.length
    for (const act of acts) client.do(act)
    note(recording, client, from)
    const again = new Backend(ids, seed + 7919 * (life + 1))
    expect(await restore(recording, again, new Set(), limit)).toEqual([])
    expect(again.state()).toEqual(backend.state())
    client.goOn(again, knowing)
    backend = again
  }
}

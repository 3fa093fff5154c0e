import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Compactor, type Compacted } from '../../../replayer/compacting/compactor.ts'
import { GivenNames } from '../../../replayer/compacting/given-names.ts'
import { Walked } from '../../../replayer/compacting/reading.ts'
import { parseCompactRule } from '../../../replayer/compacting/rules.ts'
import { Backend, IDS, type Ids } from '../aliases/backend.ts'
import { Client } from '../aliases/client.ts'
import {
  blankRecording,
  journalOf,
  lives,
  note,
  restore,
  type Life,
  type Recording,
} from '../aliases/lives.ts'

// A backend that is lost and restored again and again from what rules of compaction leave: what was recorded
// between two restores has the ids of the former one.

/** Histories; the variable REPRISE_HISTORIES says how many more. */
const RUNS = Number(process.env['REPRISE_HISTORIES'] ?? 75)

const RULES = [
  'PUT /items/:id replaces PUT|PATCH /items/:id?*',
  'PUT /items/:id/parts/:part replaces PUT /items/:id/parts/:part',
  'DELETE /items/:id cancels /items/:id made by POST /items',
].map(parseCompactRule)

async function compacted(recording: Recording): Promise<Compacted> {
  const { entries, restored } = recording
  const compactor = new Compactor({ rules: RULES, clockOf: () => 'a', tolerance: 0 })
  const given = new GivenNames(journalOf(recording), 's', restored)
  const walked = entries.toReversed().map((entry) => new Walked(entry))
  const namesOf = await given.namesOf(walked)
  for (const one of walked) compactor.observe(one, namesOf(one))
  return compactor.finish()
}

test.each(IDS)(
  'what is left brings the state of everything in each life, with ids that are %s',
  async (ids) => {
    let across = 0
    const check = async (all: readonly Life[], seed: number) => {
      across += await livesHold(all, ids, seed)
    }
    await fc.assert(fc.asyncProperty(lives, fc.nat(1e6), check), { numRuns: RUNS })
    // Ids that say enough by themselves are followed from one life to the next.
    if (ids === 'uuid') expect(across).toBeGreaterThan(RUNS / 10)
  },
  120_000 * Math.ceil(RUNS / 1_000),
)

/** Answers how many entries that were left out had been recorded in a life before the last one. */
async function livesHold(all: readonly Life[], ids: Ids, seed: number): Promise<number> {
  const recording = blankRecording()
  let across = 0
  let before = new Set<number>()
  let backend = new Backend(ids, seed)
  const client = new Client(backend)
  for (const [life, { acts, knowing }] of all.entries()) {
    const from = client.exchanges.length
    for (const act of acts) client.do(act)
    const former = recording.entries.length
    note(recording, client, from)
    const told = await compacted(recording)
    const left = recording.entries.map(({ id }) => id).filter((id) => told.left.has(id))
    across += left.filter((id) => id <= former && !before.has(id)).length
    before = new Set(left)
    const again = new Backend(ids, seed + 7919 * (life + 1))
    expect(await restore(recording, again, told.left)).toEqual([])
    expect(again.living()).toEqual(backend.living())
    client.goOn(again, knowing)
    backend = again
  }
  return across
}

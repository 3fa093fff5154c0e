import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_RULES } from '../../../replayer/order/schedule.ts'
import { anyHistory, happen, type History } from '../model/history.ts'
import { restore } from '../model/restoring.ts'
import { storyOf } from '../model/story.ts'
import { compacted, rulesOf } from './compacted-history.ts'

// Whatever clients did side by side: what rules of compaction leave of it brings the same state as all of
// it, on a backend that makes up other ids.

const RUNS = Number(process.env['REPRISE_MODEL_RUNS'] ?? 20)
const SEED = Number(process.env['REPRISE_MODEL_SEED'] ?? 2026)

/** Whoever only asks whether it fails does not wait for the shortest history that does. */
const endOnFailure = process.env['REPRISE_MODEL_SHRINK'] === 'no'

const ORDER = { name: 'side by side', rules: DEFAULT_RULES, lanes: [] }

test(
  'the state is that of everything, whatever was left out',
  async () => {
    const left: Record<string, number> = {}
    const check = async (history: History) => {
      const happened = await happen(history)
      const { stream, told } = compacted(happened.recorder.stream(), rulesOf(history.world))
      for (const [rule, n] of told.byRule) {
        const kind = rule.split(' ')[2]!
        left[kind] = (left[kind] ?? 0) + n
      }
      const restored = await restore(stream, history.world, history.seed + 7919, ORDER)
      const out = [...happened.recorder.stream()].filter(({ id }) => told.left.has(id))
      const story = `${JSON.stringify(history.world)}\nleft out: ${out.map(({ id }) => id).join(', ')}\n`
      expect(restored.backend.state(), story + storyOf(happened, restored)).toEqual(
        happened.backend.state(),
      )
    }
    await fc.assert(fc.asyncProperty(anyHistory([]), check), {
      numRuns: RUNS,
      seed: SEED,
      endOnFailure,
    })
    // That nothing is missed says something only where something was left out.
    expect(left['cancels']).toBeGreaterThan(RUNS / 2)
  },
  60_000 + RUNS * 500,
)

import { expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import { verdictLines } from '../../../replayer/state/state-view.ts'
import { takeState } from '../../../replayer/state/take-state.ts'
import { verifyState, type Verifying } from '../../../replayer/state/verify-state.ts'
import { newStream } from '../../journal/entries.ts'
import { createDatabase } from '../../support/database.ts'
import { useJournal } from '../../support/recorder.ts'
import { record } from '../recording.ts'
import { askingOf, probes, stateOrigin } from './stage.ts'

const database = await createDatabase()

async function stage() {
  const journal: Journal = useJournal(database)
  const origin = await stateOrigin({ '/a': { n: 1 }, '/b': ['x'] })
  const asking = askingOf(origin.url, { stream: newStream() })
  const keep = async () => {
    const { shots } = await takeState(probes('/a', '/b'), asking)
    await journal.keepState(shots, 10)
    return shots.at(-1)!.takenAt
  }
  const verify = (changes: Partial<Verifying> = {}) =>
    verifyState(journal, {
      ...{ ...asking, probes: [], rules: DEFAULT_RULES, explanation: null },
      ...changes,
    })
  return { journal, origin, stream: asking.stream, keep, verify }
}

test('a state that is as it was kept is restored; any that is not is told', async () => {
  const { origin, keep, verify } = await stage()
  await keep()
  const restored = await verify()
  expect(restored).toMatchObject({ outcome: 'restored', recordedSince: 0 })
  expect(restored.probes.map(({ probe }) => probe)).toStrictEqual(['GET /a', 'GET /b'])
  expect(verdictLines(restored, { column: 60 })[2]).toMatch(
    /^state restored, compared with that of 20/,
  )
  origin.states['/a'] = { n: 2 }
  const differs = await verify()
  expect(differs.outcome).toBe('differs')
  expect(verdictLines(differs, { column: 60 }).slice(0, 3)).toStrictEqual([
    ...['GET /a: differs', '  body /n: 1 -> 2', 'GET /b: restored'],
  ])
  expect(await verify({ probes: probes('/b') })).toMatchObject({ outcome: 'restored' })
  await origin.close()
  expect(await verify()).toMatchObject({ outcome: 'unknown' })
})

test('only what was kept up to a moment counts, and what was recorded since is told', async () => {
  const { journal, origin, stream, keep, verify } = await stage()
  const until = await keep()
  origin.states['/a'] = { n: 2 }
  await keep()
  expect(await verify()).toMatchObject({ outcome: 'restored' })
  origin.states['/a'] = { n: 1 }
  expect(await verify()).toMatchObject({ outcome: 'differs' })
  expect(await verify({ until })).toMatchObject({ outcome: 'restored' })
  // Entries of these tests arrive at START and later: long before.
  await record(journal, stream, [{}, {}])
  expect(await verify()).toMatchObject({ recordedSince: 0 })
  const later = (Date.now() * 1000 - Date.UTC(2026, 0, 15, 12) * 1000) / 1e6 + 60
  await record(journal, stream, [
    { arrived: later },
    { arrived: later, status: null },
    { arrived: later, verdict: 'context' },
  ])
  const state = await verify()
  expect(state.recordedSince).toBe(2)
  expect(verdictLines(state, { column: 60 }).at(-1)).toBe(
    '  2 entries were recorded after the kept state: what they did is not in it',
  )
})

test('of a stream without a kept state nothing is known', async () => {
  const { verify } = await stage()
  expect(await verify()).toMatchObject({ outcome: 'unknown', probes: [], keptAt: null })
  const asked = await verify({ probes: probes('/a') })
  expect(asked.probes[0]).toMatchObject({
    outcome: 'unknown',
    why: 'no shot of it is kept to compare with',
  })
})

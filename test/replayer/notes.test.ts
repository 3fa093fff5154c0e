import { expect, onTestFinished, test } from 'vitest'
import type { RunNotes, RunStore } from '../../journal/runs.ts'
import { Notes, type Ended } from '../../replayer/run/notes.ts'
import { eventually } from '../support/between.ts'

const DRIVING = { stream: 'a', run: 1, driver: '5ad0e1f2-0000-4000-8000-000000000000' }

/** A journal whose statements end when the test says so. */
function slowJournal(patience = 0) {
  const statements: { notes: RunNotes; commit: () => void; fail: (error: Error) => void }[] = []
  const note = (_driving: unknown, notes: RunNotes) =>
    new Promise<void>((commit, fail) => statements.push({ notes, commit, fail }))
  const notes = new Notes({ note } as unknown as RunStore, DRIVING, 0, patience)
  onTestFinished(() => notes.close().catch(() => {}))
  return { notes, statements }
}

const ended = (position: number): Ended => ({
  ...{ position, entry: 10 + position },
  result: { outcome: 'same', detail: null, answer: null },
  ...{ sentAt: 1, endedAt: 2, aliases: [] },
})

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('whoever begins waits for its own statement, though more is to be noted all the time', async () => {
  const { notes, statements } = slowJournal()
  notes.end(ended(0))
  await turn()
  let isBegun = false
  void notes.begin([{ position: 1, entry: 11 }]).then(() => (isBegun = true))
  notes.end(ended(2))
  statements[0]!.commit()
  await turn()
  expect(statements[1]!.notes).toMatchObject({ begun: [{ position: 1 }], ended: [{ position: 2 }] })
  notes.end(ended(3))
  expect(isBegun).toBe(false)
  statements[1]!.commit()
  await turn()
  expect(isBegun).toBe(true)
  expect(statements).toHaveLength(3)
  statements[2]!.commit()
})

test('says which ends the journal has', async () => {
  const { notes, statements } = slowJournal()
  const had: number[][] = []
  notes.onNoted = (positions) => void had.push([...positions])
  notes.end(ended(0))
  await turn()
  notes.end(ended(1))
  notes.end(ended(2))
  statements[0]!.commit()
  await turn()
  statements[1]!.commit()
  await notes.settled()
  expect(had).toEqual([[0], [1, 2]])
})

test('nothing is noted behind a statement that failed', async () => {
  const { notes, statements } = slowJournal()
  notes.end(ended(0))
  await turn()
  const begun = notes.begin([{ position: 1, entry: 11 }])
  statements[0]!.fail(new Error('gone'))
  await expect(begun).rejects.toThrow('gone')
  await expect(notes.begin([{ position: 2, entry: 12 }])).rejects.toThrow('gone')
  expect(notes.failure?.message).toBe('gone')
  expect(statements).toHaveLength(1)
})

test('what whoever is told of ends throws is a failure too', async () => {
  const { notes, statements } = slowJournal()
  notes.onNoted = () => {
    throw new Error('no room for the ledger')
  }
  notes.end(ended(0))
  await turn()
  statements[0]!.commit()
  await expect(notes.settled()).rejects.toThrow('no room for the ledger')
  expect(notes.failure?.message).toBe('no room for the ledger')
})

test('what came of requests waits for company, for a beginning, or for its time', async () => {
  const { notes, statements } = slowJournal(3_600_000)
  const committed = async (at: number) => {
    statements[at]!.commit()
    await turn()
    return statements[at]!.notes.ended.map(({ position }) => position)
  }
  notes.end(ended(0))
  notes.end(ended(1))
  await turn()
  expect(statements).toHaveLength(0)
  const begun = notes.begin([{ position: 100, entry: 110 }])
  await turn()
  expect(await committed(0)).toEqual([0, 1])
  await begun
  for (let position = 2; position < 66; position++) notes.end(ended(position))
  await turn()
  expect(await committed(1)).toHaveLength(64)
  notes.end(ended(66))
  const settled = notes.settled()
  await turn()
  expect(await committed(2)).toEqual([66])
  await settled

  const hasty = slowJournal(1)
  hasty.notes.end(ended(0))
  await eventually(() => hasty.statements.length === 1)
  hasty.statements[0]!.commit()
})

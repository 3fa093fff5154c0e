import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createDatabase, query } from '../support/database.ts'
import { CASES } from './cases/all.ts'
import { noteOutcome } from './outcomes.ts'
import { Stage } from './stand.ts'
import { MODES, startReprise } from './subjects.ts'

/** For one case, in ms: success takes a few. */
const PATIENCE = 15_000

describe.each(MODES)('reprise %s', async (mode) => {
  const database = await createDatabase()
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.of((url) => startReprise(mode, url, database), PATIENCE)
  })
  afterAll(() => stage.close())

  test.each(CASES)('$section: $name', async (one) => {
    const { section, name } = one
    const note = (failure: string | null) =>
      noteOutcome(inject('outcomes'), { subject: `reprise ${mode}`, section, name, failure })
    try {
      await stage.play(one)
    } catch (error) {
      note((error as Error).message)
      throw error
    }
    note(null)
  })

  test('what went through was recorded, or not, as it should be', async () => {
    const sql = 'select count(*)::int as count from reprise.entry'
    const [row] = await query<{ count: number }>(database, sql)
    if (mode === 'off') expect(row!.count).toBe(0)
    else expect(row!.count).toBeGreaterThan(CASES.length)
  })
})

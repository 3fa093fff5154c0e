import { afterAll, describe, expect, inject, test } from 'vitest'
import type { Case } from './case.ts'
import { CASES } from './cases/all.ts'
import { CONTROLS, locate, startControl, type Control } from './control-group.ts'
import { noteOutcome } from './outcomes.ts'
import { Stage } from './stand.ts'

/** For one case, in ms: what fails here often just hangs. */
const PATIENCE = 2_000

/** How often one that nobody passed is played again. */
const TRIES = 3

const failed: Partial<Record<Control, Set<string>>> = {}

describe.concurrent('the control group', () => {
  test.each(CONTROLS)('%s', async (control) => {
    const program = await locate(control).catch((error: Error) => error)
    if (program instanceof Error) {
      noteOutcome(inject('outcomes'), { subject: control, missing: program.message })
      return
    }
    const own = (failed[control] = new Set<string>())
    const stage = await Stage.of((url) => startControl(control, program, url), PATIENCE)
    for (const one of CASES) {
      const { section, name } = one
      const failure = await stage.play(one).then(
        () => null,
        (error: Error) => error.message,
      )
      noteOutcome(inject('outcomes'), { subject: control, section, name, failure })
      if (failure !== null) own.add(name)
    }
    await stage.close()
  })
})

describe('the cases', () => {
  test('that neither of them passes say why they are right', async () => {
    const { nginx, haproxy } = failed
    if (nginx === undefined || haproxy === undefined) return
    const doubtful = CASES.filter(
      ({ name, alone }) => alone === undefined && nginx.has(name) && haproxy.has(name),
    )
    const failing: string[] = []
    for (const one of doubtful) if (!(await passesAgain(one))) failing.push(one.name)
    expect(failing).toEqual([])
  })

  test('have names of their own', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
    expect(CASES.length).toBeGreaterThanOrEqual(200)
  })
})

/** On a busy machine one may fail what it can. */
async function passesAgain(one: Case): Promise<boolean> {
  for (const control of CONTROLS) {
    const program = await locate(control)
    const stage = await Stage.of((url) => startControl(control, program, url), PATIENCE)
    let passed = false
    for (let left = TRIES; left > 0 && !passed; left--) {
      passed = await stage.play(one).then(
        () => true,
        () => false,
      )
    }
    await stage.close()
    if (passed) return true
  }
  return false
}

afterAll(() => {
  for (const control of CONTROLS) {
    if (failed[control] === undefined) {
      process.stderr.write(`\n!! The control group is without ${control}.\n`)
    }
  }
})

import { appendFileSync, writeFileSync } from 'node:fs'
import { codeOf, messageOf, Problem } from '../../journal/problem.ts'
import { annotation, plainAnnotation } from '../../replayer/ci/annotations.ts'
import { openJUnit, type JUnitReport } from '../../replayer/ci/junit.ts'
import { markdownSummary, type Tested } from '../../replayer/ci/summary.ts'
import { counting, NO_TESTS, type TestCase, type TestSums } from '../../replayer/ci/test-case.ts'
import type { Surroundings } from '../command.ts'
import type { CiSettings } from './settings.ts'

/** Troubles of which all is told in a summary, and in annotations, of which GitHub shows ten. */
const MOST_TOLD = 50
const MOST_ANNOTATED = 10

/** Gathers what came of the cases, and tells it where it was asked for. */
export class CiReport {
  sums: TestSums = NO_TESTS
  readonly troubles: TestCase[] = []
  readonly #settings: CiSettings
  readonly #surroundings: Surroundings
  readonly #junit: JUnitReport | null
  readonly #since = performance.now()
  #isClosed = false

  /** Throws a Problem where a report cannot be written. */
  constructor(settings: CiSettings, surroundings: Surroundings) {
    const { file, junit } = settings
    this.#settings = settings
    this.#surroundings = surroundings
    this.#junit = junit === undefined ? null : openJUnit(junit, file!)
  }

  add(one: TestCase): void {
    this.sums = counting(this.sums, one)
    this.#junit?.add(one)
    if (one.outcome !== 'differs' && one.outcome !== 'error') return
    if (this.troubles.length < MOST_TOLD) this.troubles.push(one)
  }

  /** `ended`: why it did not come to its end. */
  close(ended: string | null, accepted: number | null): Tested {
    const { file, annotations } = this.#settings
    this.#isClosed = true
    const seconds = (performance.now() - this.#since) / 1000
    if (ended !== null) this.#junit?.add(caseOf(ended))
    this.#junit?.close(seconds)
    const sums = { ...this.sums, seconds }
    const tested: Tested = { source: file!, sums, troubles: this.troubles, ended, accepted }
    this.#summarise(markdownSummary(tested))
    if (annotations) {
      const { stdout } = this.#surroundings
      if (ended !== null) stdout.write(plainAnnotation(file!, ended))
      const told = accepted === null ? this.troubles : this.troubles.filter(isError)
      for (const one of told.slice(0, MOST_ANNOTATED)) stdout.write(annotation(file!, one))
    }
    return tested
  }

  /** The same of what ended it before anything was known. */
  fail(ended: string): void {
    if (this.#isClosed) return
    this.close(ended, null)
  }

  #summarise(text: string): void {
    const { summary, 'step-summary': step } = this.#settings
    if (summary !== undefined) usable(summary, () => writeFileSync(summary, text))
    if (step !== undefined) usable(step, () => appendFileSync(step, text))
  }
}

function isError({ outcome }: TestCase): boolean {
  return outcome === 'error'
}

function caseOf(ended: string): TestCase {
  const [detail, ...differences] = ended.split('\n')
  return {
    name: 'reprise ci',
    line: null,
    outcome: 'error',
    detail: detail!,
    differences,
    seconds: 0,
  }
}

function usable(file: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    throw new Problem('file_unusable', `${file}: ${messageOf(error)}`, {
      ...{ source: 'user', cause: error },
      hint: 'name a file in a folder that is there and can be written to',
    })
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { drawTable } from './outcomes.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of what came of each case, as JSON lines. */
    outcomes: string
  }
}

/**
 * Gathers what the files of the run find, and prints it as one table at the end; who fails what is
 * printed too where REPRISE_CONFORMANCE_TABLE is set, since 200 rows hide a test that failed.
 */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-outcomes-'))
  const file = join(folder, 'outcomes.jsonl')
  writeFileSync(file, '')
  project.provide('outcomes', file)
  return () => {
    process.stdout.write(
      `\n${drawTable(file, process.env.REPRISE_CONFORMANCE_TABLE !== undefined)}\n`,
    )
    rmSync(folder, { recursive: true, force: true })
  }
}

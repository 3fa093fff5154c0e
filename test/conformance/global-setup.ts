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

/** Gathers what the files of the run find, and prints it as one table at the end. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-outcomes-'))
  const file = join(folder, 'outcomes.jsonl')
  writeFileSync(file, '')
  project.provide('outcomes', file)
  return () => {
    process.stdout.write(`\n${drawTable(file)}\n`)
    rmSync(folder, { recursive: true, force: true })
  }
}

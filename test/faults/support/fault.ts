import { appendFileSync } from 'node:fs'
import { inject, type TestContext } from 'vitest'
import { brokenPromises, reckon, type Allowed, type Recorded, type Reckoning } from './reckoning.ts'
import { Round, type Mode } from './round.ts'
import type { PostgresServer } from './postgres-server.ts'
import type { TableRow } from './table.ts'

/** How often each fault is played. One is the short form; the long one has at least 20. */
export const ROUNDS = Number(process.env['REPRISE_FAULT_ROUNDS'] ?? 1)

if (!Number.isInteger(ROUNDS) || ROUNDS < 1) {
  throw new Error('REPRISE_FAULT_ROUNDS must be a whole number from 1')
}

/** What a round says when its fault is over: where the journal is, and what may be missing. */
export interface Settled extends Allowed {
  postgres: PostgresServer
  /** What else does not hold, in words. */
  broken?: readonly string[]
}

const MODES: readonly Mode[] = ['commit', 'intent']

/**
 * A test that plays a fault in both modes side by side, on servers of their own, in so many rounds;
 * then the journal is held against what clients and origin noted. Each mode gets its row in the
 * table, under the name of the test.
 */
export function fault(play: (round: Round) => Promise<Settled>) {
  return async ({ task }: TestContext): Promise<void> => {
    const played = await Promise.all(MODES.map((mode) => playRounds(task.name, mode, play)))
    for (const { row } of played) {
      appendFileSync(inject('faultRows'), `${JSON.stringify(row)}\n`)
    }
    const failures = played.flatMap(({ failures }) => failures)
    if (failures.length === 0) return
    const error = new Error(failures.join('\n\n'))
    // Where it was thrown says nothing.
    error.stack = error.message
    throw error
  }
}

/** All rounds of a mode, up to the first that fails. */
async function playRounds(
  name: string,
  mode: Mode,
  play: (round: Round) => Promise<Settled>,
): Promise<{ row: TableRow; failures: string[] }> {
  const row: TableRow = {
    ...{ fault: name, mode, rounds: 0, acked: 0, recorded: 0, lost: 0, duplicated: 0 },
    ...{ inDoubt: 0, refused: 0, cut: 0, outcome: 'held' },
  }
  const failures: string[] = []
  while (row.rounds < ROUNDS && failures.length === 0) {
    row.rounds++
    const round = new Round(mode)
    try {
      const settled = await play(round)
      const found = reckon(await seen(round, settled.postgres))
      add(row, found)
      failures.push(...brokenPromises(found, settled), ...(settled.broken ?? []))
    } catch (error) {
      failures.push(describe(error))
    }
    await round.end(failures.length === 0 ? 'held' : 'broken')
    if (failures.length > 0) failures.unshift(`${mode}, round ${row.rounds} (${round.folder}):`)
  }
  if (failures.length > 0) row.outcome = 'BROKEN'
  return { row, failures }
}

/** What went wrong, and where in the fault. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const places = (error.stack ?? '').split('\n').filter((line) => /at .*\.faults\.ts/.test(line))
  return [error.message, ...places].join('\n')
}

async function seen(round: Round, postgres: PostgresServer) {
  return {
    answers: round.loads.flatMap(({ answers }) => answers.read()),
    notes: round.origins.flatMap(({ notes }) => notes.read()),
    rows: await recorded(round, postgres),
  }
}

/** All that is in the journal, in the order of its recorders' numbers. */
export async function recorded(round: Round, postgres: PostgresServer): Promise<Recorded[]> {
  return postgres.query<Recorded & { [column: string]: unknown }>(
    `select recorder, number::text, verdict, cause, target, status, arrived_at, ordered_at, id
     from reprise.entry where stream = $1 order by recorder, number`,
    [round.stream],
  )
}

function add(row: TableRow, found: Reckoning): void {
  row.acked += found.acked
  row.recorded += found.recorded
  row.lost += found.lost.length
  row.duplicated += found.duplicated.length
  row.inDoubt += found.inDoubt
  row.refused += found.refused
  row.cut += found.cut
}

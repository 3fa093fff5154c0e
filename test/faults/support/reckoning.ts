import type { Answer } from './load.ts'
import type { Note } from './origin.ts'

// What was seen from outside (answers at the clients, requests at the origin) against the journal.

/** A row of the journal, as far as it matters here. */
export interface Recorded {
  recorder: string
  number: string
  verdict: 'applied' | 'failed' | 'in_doubt' | 'context'
  cause: string | null
  target: string
  status: number | null
}

export interface Seen {
  answers: readonly Answer[]
  notes: readonly Note[]
  rows: readonly Recorded[]
}

export interface Reckoning {
  acked: number
  recorded: number
  inDoubt: number
  refused: number
  cut: number
  /** Acknowledged, and not in the journal as applied. */
  lost: string[]
  /** More than once in the journal, by target or by recorder and number. */
  duplicated: string[]
  /** The origin had it whole, and it is neither recorded nor in doubt. */
  unaccounted: string[]
  /** Refused with the proxy's own 503, and the origin had of it. */
  refusedTooLate: string[]
  /** In the journal as applied, though the origin never had it or gave no answer. */
  invented: string[]
  /** In doubt, by cause. */
  causes: Record<string, string[]>
}

export function reckon({ answers, notes, rows }: Seen): Reckoning {
  const targetsOf = (outcome: Answer['outcome']) =>
    answers.filter((answer) => answer.outcome === outcome).map(({ target }) => target)
  const had = new Set(notes.map(({ target }) => target))
  const whole = new Set(notes.filter(({ kind }) => kind === 'whole').map(({ target }) => target))
  const applied = rows.filter(({ verdict }) => verdict === 'applied')
  const appliedTargets = new Set(applied.map(({ target }) => target))
  const known = new Set(rows.map(({ target }) => target))
  const inDoubt = rows.filter(({ verdict }) => verdict === 'in_doubt')
  const acked = targetsOf('acked')
  const refused = targetsOf('refused')
  return {
    acked: acked.length,
    recorded: rows.length - inDoubt.length,
    inDoubt: inDoubt.length,
    refused: refused.length,
    cut: targetsOf('cut').length,
    lost: acked.filter((target) => !appliedTargets.has(target)),
    duplicated: [
      ...repeated(rows.map(({ target }) => target)),
      ...repeated(rows.map(({ recorder, number }) => `${recorder} ${number}`)),
    ],
    unaccounted: [...whole].filter((target) => !known.has(target)),
    refusedTooLate: refused.filter((target) => had.has(target)),
    invented: applied
      .filter(({ target, status }) => !whole.has(target) || status === null)
      .map(({ target }) => target),
    causes: byCause(inDoubt),
  }
}

/** What a fault leaves room for; whatever is not named must be whole. */
export interface Allowed {
  /** What an in-doubt entry may say. Default: nothing is in doubt. */
  causes?: readonly string[]
  /** `gaps`: what was in flight, and never acknowledged, may be missing. */
  unacknowledged?: 'recorded' | 'gaps'
  /** So many are missing, acknowledged or not, for they are counted as lost. */
  counted?: number
}

/** The promises that do not hold, in words; empty if all do. */
export function brokenPromises(found: Reckoning, allowed: Allowed = {}): string[] {
  const { causes = [], unacknowledged = 'recorded', counted = 0 } = allowed
  const broken: string[] = []
  const none = (targets: readonly string[], what: string, limit = 0) => {
    if (targets.length <= limit) return
    broken.push(`${targets.length} ${what}, such as ${targets.slice(0, 3).join(', ')}`)
  }
  none(found.lost, 'acknowledged and not in the journal', counted)
  none(found.duplicated, 'more than once in the journal')
  none(found.refusedTooLate, 'refused after the upstream was touched')
  none(found.invented, 'recorded as applied without an answer of the origin')
  if (unacknowledged === 'recorded') {
    none(found.unaccounted, 'applied, and neither recorded nor in doubt', counted)
    if (found.unaccounted.length < counted) {
      broken.push(`${counted} are counted as lost, and ${found.unaccounted.length} are missing`)
    }
  }
  for (const [cause, targets] of Object.entries(found.causes)) {
    if (!causes.includes(cause)) none(targets, `in doubt because of ${cause}`)
  }
  return broken
}

function byCause(rows: readonly Recorded[]): Record<string, string[]> {
  const causes: Record<string, string[]> = {}
  for (const { cause, target } of rows) (causes[cause ?? 'nothing'] ??= []).push(target)
  return causes
}

function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>()
  return values.filter((value) => seen.size === seen.add(value).size)
}

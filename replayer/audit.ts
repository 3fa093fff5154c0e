import type { Gap, NumberRange, RecorderAudit, RecorderInfo } from '../journal/standing.ts'
import { countOf, joined, without } from './number-ranges.ts'

// Proves from the journal, and from what spools on this machine tell, that nothing is missing.
//
// A number of which the journal knows nothing is a loss only once its recorder has ended. One that
// runs may have it in flight for as long as the exchange takes, or in its spool: then it is under way.

/** A place for a spool on this machine. */
export interface SpoolSlot {
  stream: string
  folder: string
  /** `running`: a process has it. `left`: nobody, and the recorders that it names are dead. */
  state: 'running' | 'left'
  /** Whether it is for the journal that is audited. */
  journal: 'this' | 'other'
  /** Who recorded there, and the highest number that each gave. */
  recorders: readonly { info: RecorderInfo; lastNumber: number }[]
  /** What waits in it; of one that runs this is not known. */
  records: number
  bytes: number
  damaged: number
  /** Numbers that have their place once it is moved to the journal, by recorder. */
  placed: ReadonlyMap<string, readonly NumberRange[]>
}

/** The sum of one recorder: the terms add up to `forwarded` where it holds. */
export interface RecorderSum extends Omit<RecorderAudit, 'lastNumber' | 'gaps'> {
  /** Whether it can still say what became of its numbers. */
  presence: 'running' | 'ended'
  /** The highest number that it is known to have given. */
  forwarded: number
  /** Numbers that have their place in a spool that was left on this machine. */
  waiting: number
  underWay: readonly Gap[]
  missing: readonly Gap[]
  /** All terms together. */
  total: number
}

export interface Audit {
  recorders: readonly RecorderSum[]
  slots: readonly SpoolSlot[]
  /** See verdictOf. */
  verdict: 'whole' | 'counted' | 'broken'
}

/** Lays together what the journal knows of each recorder and what was found in spools. */
export function audit(known: readonly RecorderAudit[], slots: readonly SpoolSlot[]): Audit {
  const own = slots.filter(({ journal }) => journal === 'this')
  const recorders = [...known, ...unknownRecorders(known, own)].map((one) => sumOf(one, own))
  return { recorders, slots, verdict: verdictOf(recorders, own) }
}

/** Those that never reached the journal: all that they recorded is in their spool. */
function unknownRecorders(
  known: readonly RecorderAudit[],
  slots: readonly SpoolSlot[],
): RecorderAudit[] {
  const ids = new Set(known.map(({ recorder }) => recorder))
  return slots.flatMap(({ recorders }) =>
    recorders
      .filter(({ info }) => !ids.has(info.id))
      .map(({ info: { stream, id, host, durability, startedAt } }) => ({
        ...{ stream, recorder: id, host, durability, startedAt, state: 'silent' as const },
        ...{
          lastNumber: 0,
          recorded: 0,
          context: 0,
          inDoubt: 0,
          unsettled: 0,
          excluded: {},
          lost: 0,
          open: 0,
        },
        ...{ gaps: [], duplicates: [], damaged: [], spooledRecords: 0, spooledBytes: 0 },
      })),
  )
}

function sumOf(known: RecorderAudit, slots: readonly SpoolSlot[]): RecorderSum {
  const { lastNumber, gaps, ...rest } = known
  const named = slots.flatMap(({ state, recorders }) =>
    recorders
      .filter(({ info }) => info.id === known.recorder)
      .map((one) => ({ state, lastNumber: one.lastNumber })),
  )
  const spooled = joined(slots.flatMap(({ placed }) => placed.get(known.recorder) ?? []))
  const given = [...named.map((one) => one.lastNumber), spooled.at(-1)?.last ?? 0]
  const forwarded = Math.max(lastNumber, ...given)
  const open = withEnd(gaps, lastNumber, forwarded)
  const left = without(open, spooled)
  const presence = presenceOf(
    known,
    named.map(({ state }) => state),
  )
  const waiting = countOf(open) - countOf(left)
  const { recorded, inDoubt, lost, excluded } = known
  const placed = recorded + inDoubt + lost + known.open + sum(Object.values(excluded))
  return {
    ...rest,
    ...{ presence, forwarded, waiting },
    underWay: presence === 'running' ? left : [],
    missing: presence === 'running' ? [] : left,
    total: placed + waiting + countOf(left),
  }
}

/** What is known on this machine goes before the lease, which runs out late. */
function presenceOf(
  { state }: RecorderAudit,
  found: readonly SpoolSlot['state'][],
): RecorderSum['presence'] {
  if (found.includes('running')) return 'running'
  return state === 'alive' && !found.includes('left') ? 'running' : 'ended'
}

/** The gaps, and the numbers after the last one that the journal knows of. */
function withEnd(gaps: readonly Gap[], known: number, last: number): Gap[] {
  if (last <= known) return [...gaps]
  const before = gaps.at(-1)
  if (before?.last === known) return [...gaps.slice(0, -1), { ...before, last }]
  return [...gaps, { first: known + 1, last, after: null, before: null }]
}

/**
 * `broken`: something is missing, stands in two places, or is damaged. `counted`: the sum holds, but
 * something was lost and counted, or waits in a spool. `whole`: neither.
 */
function verdictOf(recorders: readonly RecorderSum[], slots: readonly SpoolSlot[]) {
  const isBroken = recorders.some(
    ({ missing, duplicates, damaged, forwarded, total }) =>
      missing.length + duplicates.length + damaged.length > 0 || forwarded !== total,
  )
  if (isBroken || slots.some(({ damaged }) => damaged > 0)) return 'broken'
  const waits = slots.some(({ records }) => records > 0) || recorders.some(hasSpooled)
  return waits || recorders.some(({ lost }) => lost > 0) ? 'counted' : 'whole'
}

/**
 * Whether what it last said of its spool still matters: of one that ended, and of which every number
 * has its place, the spool was moved.
 */
export function hasSpooled(sum: RecorderSum): boolean {
  const isUndecided = sum.presence === 'running' || sum.open > 0 || sum.missing.length > 0
  return sum.spooledRecords > 0 && isUndecided
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

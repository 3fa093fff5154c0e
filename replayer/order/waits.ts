import type { Micros } from '../../journal/entry.ts'
import { isBefore, placeOf, toldValue, type Placed } from './placed.ts'
import { Row } from './row.ts'

// What each entry waits for, to be shown. The schedule needs none of this: it asks how far others
// have come, and never for whom one waits.

/** Why an entry waits for an earlier one. */
export type Reason =
  /** It uses a value that the other one's answer brings; null: a secret. */
  | { kind: 'value'; value: string | null }
  /** It ends a value that the other one uses. */
  | { kind: 'end'; value: string | null }
  /** The other one had been answered before it arrived; `lanes`: both have the same one. */
  | { kind: 'answered'; lanes: 'none' | 'same' | 'one' }
  /** It may have been, as far as the clocks of two hosts tell. */
  | { kind: 'clocks' }

export interface DirectWait {
  entry: Placed
  reason: Reason
}

export interface Waiting {
  /** The nearest ones first. */
  direct: readonly DirectWait[]
  /** How many more there are. */
  more: number
}

/** Null: it does not wait for the other one. */
export function reasonToWait(entry: Placed, earlier: Placed, tolerance: Micros): Reason | null {
  if (!isBefore(placeOf(earlier), placeOf(entry))) return null
  const value = entry.uses.find((one) => earlier.produces.includes(one))
  if (value !== undefined) return { kind: 'value', value: toldValue(value, entry, earlier) }
  const ended = entry.ends.find((one) => earlier.uses.includes(one))
  if (ended !== undefined) return { kind: 'end', value: toldValue(ended, entry, earlier) }
  const hasLane = [entry, earlier].filter(({ lane }) => lane !== null).length
  if (hasLane === 2 && entry.lane !== earlier.lane) return null
  if (earlier.orderedAt < entry.arrivedAt) {
    return { kind: 'answered', lanes: hasLane === 0 ? 'none' : hasLane === 1 ? 'one' : 'same' }
  }
  if (entry.clock === earlier.clock || earlier.orderedAt >= entry.arrivedAt + tolerance) return null
  return { kind: 'clocks' }
}

export interface WaitsOptions {
  tolerance: Micros
  /** How many entries back it looks. */
  window: number
  /** How many direct ones are told of each. */
  most: number
}

/**
 * For whom each entry waits directly: for whom it waits by a rule, but for those that another one
 * for whom it waits waits for itself.
 */
export class Waits {
  readonly #options: WaitsOptions
  readonly #all = new Row()
  readonly #barriers = new Row()
  readonly #lanes = new Map<string, Row>()
  readonly #producers = new Map<string, Row>()
  readonly #users = new Map<string, Row>()

  constructor(options: WaitsOptions) {
    this.#options = options
  }

  /** In the order of the stream. */
  add(entry: Placed): Waiting {
    const waiting = this.#waitingOf(entry)
    for (const row of this.#rowsOf(entry)) row.push(entry)
    if (this.#all.length > this.#options.window) this.#forgetFirst()
    return waiting
  }

  #waitingOf(entry: Placed): Waiting {
    const { tolerance, most } = this.#options
    const reach = new Reach(tolerance)
    const direct: DirectWait[] = []
    let more = 0
    for (const earlier of this.#candidates(entry)) {
      if (reach.endsBehind(earlier)) break
      const reason = reasonToWait(entry, earlier, tolerance)
      if (reason === null) continue
      if (!reach.has(earlier)) {
        if (direct.length < most) direct.push({ entry: earlier, reason })
        else more++
      }
      reach.add(earlier)
    }
    return { direct, more }
  }

  /** Whoever it may wait for, each once, the latest first. */
  *#candidates({ arrivedAt, lane, uses, ends }: Placed): Generator<Placed> {
    const rows = lane === null ? [this.#all] : [this.#barriers, this.#lanes.get(lane)]
    const cursors = rows
      .filter((row) => row !== undefined)
      .map((row) => ({ row, left: row.countBefore(arrivedAt + this.#options.tolerance) }))
    const ofValues = [
      ...uses.map((value) => this.#producers.get(value)),
      ...ends.map((value) => this.#users.get(value)),
    ]
    for (const row of ofValues) if (row !== undefined) cursors.push({ row, left: row.length })
    let last: Placed | undefined
    for (;;) {
      let latest: { row: Row; left: number } | undefined
      for (const cursor of cursors) {
        if (cursor.left > 0 && (latest === undefined || isBefore(top(latest), top(cursor)))) {
          latest = cursor
        }
      }
      if (latest === undefined) return
      const entry = latest.row.at(--latest.left)
      if (entry !== last) yield entry
      last = entry
    }
  }

  #forgetFirst(): void {
    const first = this.#all.at(0)
    for (const row of this.#rowsOf(first)) row.shift()
    if (first.lane !== null && this.#lanes.get(first.lane)!.length === 0) {
      this.#lanes.delete(first.lane)
    }
    for (const value of first.produces) {
      if (this.#producers.get(value)?.length === 0) this.#producers.delete(value)
    }
    for (const value of first.uses) {
      if (this.#users.get(value)?.length === 0) this.#users.delete(value)
    }
  }

  #rowsOf({ lane, uses, produces }: Placed): Set<Row> {
    const ofLane = lane === null ? this.#barriers : rowAt(this.#lanes, lane)
    const ofValues = [
      ...produces.map((value) => rowAt(this.#producers, value)),
      ...uses.map((value) => rowAt(this.#users, value)),
    ]
    return new Set([this.#all, ofLane, ...ofValues])
  }
}

function top({ row, left }: { row: Row; left: number }) {
  return placeOf(row.at(left - 1))
}

function rowAt(rows: Map<string, Row>, key: string): Row {
  const found = rows.get(key)
  if (found !== undefined) return found
  const made = new Row()
  rows.set(key, made)
  return made
}

/** For whom some entries wait: told from their latest arrivals, without going through them. */
class Reach {
  readonly #tolerance: Micros
  readonly #used = new Set<string>()
  readonly #ended = new Set<string>()
  readonly #arrivals = new Map<string, Arrivals>()
  #barrier = -Infinity

  constructor(tolerance: Micros) {
    this.#tolerance = tolerance
  }

  add({ clock, lane, arrivedAt, uses, ends }: Placed): void {
    for (const value of uses) this.#used.add(value)
    for (const value of ends) this.#ended.add(value)
    let latest = this.#arrivals.get(clock)
    if (latest === undefined) {
      latest = { any: -Infinity, barrier: -Infinity, lanes: new Map() }
      this.#arrivals.set(clock, latest)
    }
    latest.any = Math.max(latest.any, arrivedAt)
    if (lane === null) {
      latest.barrier = Math.max(latest.barrier, arrivedAt)
      this.#barrier = Math.max(this.#barrier, arrivedAt)
    } else {
      latest.lanes.set(lane, Math.max(latest.lanes.get(lane) ?? -Infinity, arrivedAt))
    }
  }

  /** Whether one of them waits for it, which stands before all of them. */
  has({ clock, lane, orderedAt, uses, produces }: Placed): boolean {
    for (const [name, { any, barrier, lanes }] of this.#arrivals) {
      const arrivedAt = lane === null ? any : Math.max(barrier, lanes.get(lane) ?? -Infinity)
      if (orderedAt < arrivedAt + (name === clock ? 0 : this.#tolerance)) return true
    }
    return (
      produces.some((value) => this.#used.has(value)) ||
      uses.some((value) => this.#ended.has(value))
    )
  }

  /** Whether one of them waits for it and for all that stand before it. */
  endsBehind({ orderedAt }: Placed): boolean {
    return orderedAt < this.#barrier
  }
}

/** The latest of each kind. */
interface Arrivals {
  any: Micros
  barrier: Micros
  lanes: Map<string, Micros>
}

import type { Micros } from '../journal/entry.ts'
import {
  keyOfCookie,
  eachValueAnswered,
  eachValueSent,
  type RequestValues,
} from './exchange-values.ts'
import { newCookies } from './cookie-pairs.ts'
import type { KnownValues } from './known-values.ts'
import type { ValueKey } from './opaque-values.ts'
import type { Sighting } from './sighting.ts'

/** So many are remembered at most, and for so long, in microseconds. */
const MOST_KEPT = 4_096
const LONGEST_KEPT: Micros = 3_600 * 1_000_000

/** So many of its values are looked for in later requests at most. */
const MOST_VALUES = 1_024

/** So many producers of what one request uses are found at most. */
const MOST_FOUND = 8

/** What remembering takes beside what the wire gave, about, in bytes: of an exchange, of a value. */
const COST = 1_024
const COST_OF_VALUE = 64

interface Kept {
  sighting: Sighting
  bytes: number
  values: ValueKey[]
}

/**
 * Exchanges that are no entries and may become some, the oldest forgotten first; and which values they
 * alone produced. Their answers are looked into when the first recorded request comes after them: where
 * nothing is recorded, reads cost no more than to be remembered.
 */
export class ContextMemory {
  readonly #limit: number
  readonly #known: KnownValues
  /** In order. */
  readonly #kept = new Map<Sighting, Kept>()
  readonly #unread = new Set<Kept>()
  /** The latest that produced a value. */
  readonly #producers = new Map<ValueKey, Sighting>()
  #bytes = 0

  /** `limit`: in bytes. */
  constructor(limit: number, known: KnownValues) {
    this.#limit = limit
    this.#known = known
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0
  }

  /** Of one whose answer has only begun the cookies are known, which a client may use already. */
  begin(sighting: Sighting): void {
    const kept = this.#keptOf(sighting)
    const { request, answer } = sighting.seen
    for (const pair of newCookies(request.fields, answer.fields)) this.#put(kept, keyOfCookie(pair))
    this.#shrink()
  }

  /** One whose answer is whole. */
  keep(sighting: Sighting): void {
    sighting.state = 'kept'
    const kept = this.#keptOf(sighting)
    this.#unread.add(kept)
    this.#grow(kept, sighting.bytes + headLength(sighting))
    this.#shrink()
  }

  /** It is an entry, or will never be one. */
  forget(sighting: Sighting): void {
    const kept = this.#kept.get(sighting)
    if (kept === undefined) return
    this.#kept.delete(sighting)
    this.#unread.delete(kept)
    this.#bytes -= kept.bytes
    for (const key of kept.values) {
      if (this.#producers.get(key) === sighting) this.#producers.delete(key)
    }
  }

  /**
   * Those that alone produced what a request uses, the earliest first. What was answered after the
   * request had arrived is none of its producers.
   */
  producersOf(request: RequestValues, arrivedAt: Micros): Sighting[] {
    if (this.isEmpty) return []
    this.#forgetBefore(arrivedAt - LONGEST_KEPT)
    for (const kept of this.#unread) this.#read(kept)
    this.#unread.clear()
    const found = new Set<Sighting>()
    eachValueSent(request, (key) => {
      const producer = this.#producers.get(key)
      if (producer === undefined || found.size === MOST_FOUND || this.#known.has(key)) return
      if (producer.seen.answeredAt <= arrivedAt) found.add(producer)
    })
    return [...found].sort((a, b) => a.seen.answeredAt - b.seen.answeredAt)
  }

  #keptOf(sighting: Sighting): Kept {
    let kept = this.#kept.get(sighting)
    if (kept === undefined) {
      kept = { sighting, bytes: 0, values: [] }
      this.#kept.set(sighting, kept)
      this.#grow(kept, COST)
    }
    return kept
  }

  #read(kept: Kept): void {
    const { request, answer } = kept.sighting.seen
    const sent = new Set<ValueKey>()
    eachValueSent({ ...request, body: request.body.bytes }, (key) => sent.add(key))
    const { target } = request
    const body = kept.sighting.body()
    eachValueAnswered({ target, fields: answer.fields, body }, (key) => {
      // The client had it before.
      if (!sent.has(key)) this.#put(kept, key)
    })
  }

  #put(kept: Kept, key: ValueKey): void {
    if (kept.values.length === MOST_VALUES || this.#producers.get(key) === kept.sighting) return
    kept.values.push(key)
    this.#producers.set(key, kept.sighting)
    this.#grow(kept, COST_OF_VALUE)
  }

  #grow(kept: Kept, bytes: number): void {
    kept.bytes += bytes
    this.#bytes += bytes
  }

  #shrink(): void {
    for (const sighting of this.#kept.keys()) {
      if (this.#bytes <= this.#limit && this.#kept.size <= MOST_KEPT) return
      this.#let(sighting)
    }
  }

  #forgetBefore(moment: Micros): void {
    for (const sighting of this.#kept.keys()) {
      if (sighting.seen.answeredAt >= moment) return
      this.#let(sighting)
    }
  }

  /** One whose answer is still on its way goes on by itself: it will be an entry at its end. */
  #let(sighting: Sighting): void {
    this.forget(sighting)
    if (sighting.state === 'kept') sighting.drop()
  }
}

function headLength({ seen: { request, answer } }: Sighting): number {
  return request.target.length + lengthOf(request.fields) + lengthOf(answer.fields)
}

function lengthOf(fields: readonly string[]): number {
  let length = 0
  for (const text of fields) length += text.length
  return length
}

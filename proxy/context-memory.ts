import type { Micros } from '../journal/entry.ts'
import { ByteRing } from './byte-ring.ts'
import { eachKeyProduced, eachValueSent, type RequestValues } from './exchange-values.ts'
import type { KnownValues } from './known-values.ts'
import type { ValueKey } from './opaque-values.ts'
import { PackedSighting } from './packed-sighting.ts'
import type { Sighting } from './sighting.ts'

/** So many are remembered at most, and for so long, in microseconds. */
const MOST_KEPT = 8_192
const LONGEST_KEPT: Micros = 3_600 * 1_000_000

/** So many of its values are looked for in later requests at most. */
const MOST_VALUES = 1_024

/** So many producers of what one request uses are found at most. */
const MOST_FOUND = 8

/** What a value takes that is looked for, about, in bytes. */
const COST_OF_VALUE = 64

const NO_VALUES: ValueKey[] = []

interface Kept {
  /** Null while its answer is on its way. */
  packed: PackedSighting | null
  /** What it was, or was unpacked to; null until somebody needs it. */
  sighting: Sighting | null
  values: ValueKey[]
}

/**
 * Exchanges that are no entries and may become some, the oldest forgotten first; and which values they
 * alone produced. Their answers are looked into when the first recorded request comes after them: where
 * nothing is recorded, reads cost no more than to be remembered.
 */
export class ContextMemory {
  readonly #ring: ByteRing
  readonly #known: KnownValues
  /** By their numbers, from `first` to `next`, each at its remainder. */
  readonly #kept: (Kept | null)[] = []
  #first = 0
  #next = 0
  /** From here on they were not looked into yet. */
  #unread = 0
  /** Those whose answers are on their way. */
  readonly #open = new Map<Sighting, Kept>()
  /** The latest that produced a value. */
  readonly #producers = new Map<ValueKey, Kept>()

  /** `limit`: in bytes. */
  constructor(limit: number, known: KnownValues) {
    this.#ring = new ByteRing(limit)
    this.#known = known
  }

  get isEmpty(): boolean {
    return this.#first === this.#next && this.#open.size === 0
  }

  /** Of one whose answer has only begun the cookies are known, which a client may use already. */
  begin(sighting: Sighting): void {
    const kept: Kept = { packed: null, sighting, values: [] }
    this.#open.set(sighting, kept)
    const { request, answer } = sighting.seen
    eachKeyProduced(request, answer.fields, (key) => this.#put(kept, key))
  }

  /** It will be remembered no longer as one whose answer is on its way. */
  end(sighting: Sighting): void {
    const kept = this.#open.get(sighting)
    if (kept === undefined) return
    this.#open.delete(sighting)
    this.#forget(kept)
  }

  /** One whose answer is whole. */
  keep(sighting: Sighting): void {
    const packed = PackedSighting.in(this.#ring, sighting)
    if (packed === null) return
    const { begin } = this.#ring
    while (this.#first < this.#next && this.#isOver(begin)) this.#forgetFirst()
    this.#kept[this.#next++ % MOST_KEPT] = {
      packed,
      // Who found it has it in hand.
      sighting: sighting.state === 'found' ? sighting : null,
      values: NO_VALUES,
    }
  }

  /**
   * Those that alone produced what a request uses, the earliest first. What was answered after the
   * request had arrived is none of its producers.
   */
  producersOf(request: RequestValues, arrivedAt: Micros): Sighting[] {
    if (this.isEmpty) return []
    this.#forgetBefore(arrivedAt - LONGEST_KEPT)
    this.#readAll()
    const found = new Set<Sighting>()
    eachValueSent(request, (key) => {
      const producer = this.#producers.get(key)
      if (producer === undefined || found.size === MOST_FOUND || this.#known.has(key)) return
      const sighting = this.#sightingOf(producer)
      if (sighting.state === 'over' || sighting.seen.answeredAt > arrivedAt) return
      if (sighting.state === 'open') sighting.state = 'found'
      found.add(sighting)
    })
    return [...found].sort((a, b) => a.seen.answeredAt - b.seen.answeredAt)
  }

  #sightingOf(kept: Kept): Sighting {
    return (kept.sighting ??= kept.packed!.unpack(this.#ring))
  }

  #readAll(): void {
    for (let i = Math.max(this.#unread, this.#first); i < this.#next; i++) {
      this.#read(this.#kept[i % MOST_KEPT]!)
    }
    this.#unread = this.#next
    const most = Math.max(MOST_VALUES, this.#ring.limit / COST_OF_VALUE)
    while (this.#producers.size > most && this.#first < this.#next) this.#forgetFirst()
  }

  #read(kept: Kept): void {
    kept.values = []
    kept.packed!.eachValue(this.#ring, (key) => this.#put(kept, key))
  }

  #put(kept: Kept, key: ValueKey): void {
    if (kept.values.length === MOST_VALUES || this.#producers.get(key) === kept) return
    kept.values.push(key)
    this.#producers.set(key, kept)
  }

  #isOver(begin: number): boolean {
    if (this.#next - this.#first === MOST_KEPT) return true
    return this.#kept[this.#first % MOST_KEPT]!.packed!.place < begin
  }

  #forgetBefore(moment: Micros): void {
    while (this.#first < this.#next) {
      if (this.#kept[this.#first % MOST_KEPT]!.packed!.answeredAt >= moment) return
      this.#forgetFirst()
    }
  }

  #forgetFirst(): void {
    const place = this.#first++ % MOST_KEPT
    this.#forget(this.#kept[place]!)
    this.#kept[place] = null
  }

  #forget(kept: Kept): void {
    for (const key of kept.values) {
      if (this.#producers.get(key) === kept) this.#producers.delete(key)
    }
  }
}

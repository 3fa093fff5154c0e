import type { Entry } from '../../journal/entry.ts'
import { pathOf } from '../../journal/entry.ts'
import { readAnswer, walkRequest } from '../../aliases/message.ts'
import { ownText } from './own-text.ts'
import { routeOf } from './route.ts'
import { placeTemplate, type Site } from '../../aliases/site.ts'
import { strengthOf } from '../../aliases/strength.ts'
import { recordedAnswer, requestOf } from './values.ts'

// What small values are used for, by what repeats itself. That a quantity is also the id of
// something says nothing: where the ids run from 1 to 100 every small quantity is one. So each use is
// asked how likely it is by chance. One of the newest of many ids is unlikely, one of a few thin-sown
// ids is too; a number out of a full row is what chance would give.

/** Distinct values that a pattern needs. */
const FEWEST = 3
/** The share of uses of a place that must be of one producer. */
const SHARE = 0.9
/** How likely a pattern may be by chance. */
const CHANCE = 0.001
/**
 * Only the first use of each value counts, and what was not used yet is new more often than not:
 * even numbers drawn from a full row surprise this many nats in the mean.
 */
const EXPECTED = 1.6
const MOST_PLACES = 2000
const MOST_VALUES = 2000
/** Distinct values of one place that are looked at. */
const MOST_USES = 256

/** A streaming pass over the recording, in its order, in bounded memory. */
export class Patterns {
  readonly #producers = new Map<string, Producer>()
  readonly #byValue = new Map<string, Set<string>>()
  readonly #consumers = new Map<string, Consumer>()
  #accepted: Set<string> | null = null

  /** Places and pairs of places that are remembered. */
  get size(): number {
    let pairs = 0
    for (const consumer of this.#consumers.values()) pairs += consumer.pairs.size
    return this.#producers.size + this.#consumers.size + pairs
  }

  observe(entry: Entry): void {
    this.#accepted = null
    const path = pathOf(entry.target)
    const asked = new Set<string>()
    walkRequest(requestOf(entry), (value, site) => {
      asked.add(value)
      if (mayBeId(value)) this.#use(value, placeOf(entry.method, path, site))
      return undefined
    })
    const answer = recordedAnswer(entry)
    if (answer === null || (entry.status ?? 500) >= 400) return
    readAnswer(answer, (value, site) => {
      if (mayBeId(value) && !asked.has(value)) {
        this.#produce(value, placeOf(entry.method, path, site))
      }
      return undefined
    })
  }

  /** Whether it shows nothing of the kind: of most nothing has to be asked. */
  get isEmpty(): boolean {
    return this.#all().size === 0
  }

  /** Whether the recording shows that a place of requests takes what a place of answers gave. */
  connects(producer: string, consumer: string): boolean {
    return this.#all().has(`${producer}\n${consumer}`)
  }

  /** Whether any place of requests takes what that place of answers gave. */
  feeds(producer: string): boolean {
    return this.#all().has(producer)
  }

  #produce(value: string, place: string): void {
    let producer = this.#producers.get(place)
    if (producer === undefined) {
      if (this.#producers.size >= MOST_PLACES) return
      producer = { count: 0, least: Infinity, most: -Infinity, order: new Map() }
      this.#producers.set(place, producer)
    }
    if (producer.order.has(value)) return
    producer.count += 1
    producer.order.set(ownText(value), producer.count)
    if (/^\d+$/.test(value)) {
      producer.least = Math.min(producer.least, Number(value))
      producer.most = Math.max(producer.most, Number(value))
    }
    const places = this.#byValue.get(value) ?? new Set()
    this.#byValue.set(ownText(value), places.add(place))
    if (producer.order.size > MOST_VALUES) this.#forget(producer, place)
  }

  #forget(producer: Producer, place: string): void {
    const [oldest] = producer.order.keys()
    producer.order.delete(oldest!)
    const places = this.#byValue.get(oldest!)
    places?.delete(place)
    if (places?.size === 0) this.#byValue.delete(oldest!)
  }

  #use(value: string, place: string): void {
    let consumer = this.#consumers.get(place)
    if (consumer === undefined) {
      if (this.#consumers.size >= MOST_PLACES) return
      consumer = { seen: new Set(), pairs: new Map() }
      this.#consumers.set(place, consumer)
    }
    const { seen, pairs } = consumer
    if (seen.size >= MOST_USES || seen.has(value)) return
    seen.add(ownText(value))
    for (const name of this.#byValue.get(value) ?? []) {
      const pair = pairs.get(name) ?? { hits: 0, surprise: 0 }
      pairs.set(name, pair)
      pair.hits += 1
      pair.surprise += surpriseOf(value, this.#producers.get(name)!)
    }
  }

  #all(): Set<string> {
    if (this.#accepted !== null) return this.#accepted
    const accepted = new Set<string>()
    for (const [consumer, { seen, pairs }] of this.#consumers) {
      for (const [producer, { hits, surprise }] of pairs) {
        if (hits < FEWEST || hits < SHARE * seen.size) continue
        if (chanceOf(hits, surprise / EXPECTED) >= CHANCE) continue
        accepted.add(producer).add(`${producer}\n${consumer}`)
      }
    }
    this.#accepted = accepted
    return accepted
  }
}

interface Producer {
  count: number
  least: number
  most: number
  /** Each value and when it came, counted from 1. */
  order: Map<string, number>
}

interface Consumer {
  seen: Set<string>
  pairs: Map<string, { hits: number; surprise: number }>
}

/** How a place of a route is called in patterns. */
export function placeOf(method: string, path: string, { place }: Pick<Site, 'place'>): string {
  return `${method} ${routeOf(path)}: ${placeTemplate(place)}`
}

/** Small numbers, and short words that are not only letters. */
function mayBeId(value: string): boolean {
  return value.length < 20 && /\d/.test(value) && strengthOf(value) === 'weak'
}

/** How little likely a use is by chance, in nats. */
function surpriseOf(value: string, { count, least, most, order }: Producer): number {
  const newer = count - order.get(value)!
  const isNumber = /^\d+$/.test(value)
  const thin = isNumber ? Math.min(1, count / (most - least + 1)) : 0.01
  return Math.log(count / (newer + 1)) - Math.log(thin)
}

/** Fisher's method: the chance that so many draws surprise so much, the tail of a gamma distribution. */
function chanceOf(hits: number, surprise: number): number {
  let term = Math.exp(-surprise)
  let sum = term
  for (let i = 1; i < hits; i++) {
    term *= surprise / i
    sum += term
  }
  return sum
}

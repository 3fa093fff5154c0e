import type { Micros } from '../../journal/entry.ts'
import { Frontier, type Held, type Link } from './frontier.ts'
import { Heap } from './heap.ts'
import { heldByOthersUpTo, heldUpTo, isBefore, placeOf, type Place, type Placed } from './placed.ts'

// Which entry may be sent now.
//
// The rule: an entry e waits for every unfinished f that had been answered before e arrived,
// orderedAt(f) < arrivedAt(e). Those two overlapped otherwise, and nobody knows which the backend
// did first.
//
// Entries are added in the order of the stream, page by page, and a window of them is enough to
// keep the rule exactly. For arrivedAt(e) <= orderedAt(e): so orderedAt(f) < arrivedAt(e) says that
// f stands before e in the stream. Whatever e could have to wait for was added before e, and what
// is added after e never holds it.
//
// Nor can anything be stuck: of all unfinished entries the one that stands first in the stream
// waits for none, since every rule makes an entry wait only for those that stand before it.
//
// And it is cheap. All rules have the form "e waits for the unfinished f of a kind that stand before
// a place": of its clock those before its arrival; of another clock those before its arrival and
// the tolerance, or before itself; of a lane likewise; of the producers of a value that it uses, and
// of the users of one that it ends, those before itself. Whether any is left is told by the first
// unfinished one of the kind, its frontier, so that an entry is held at most once by each frontier
// that concerns it, and costs O(log window) there. Only unfinished entries are kept.

export interface OrderRules {
  /** How many are out at once. 1 is serial: what may be sent is handed out in the stream's order. */
  concurrency: number
  /** How far clocks of different hosts may be apart. */
  tolerance: Micros
  /** How many entries it holds unfinished, at most. */
  window: number
}

export const DEFAULT_RULES: OrderRules = { concurrency: 16, tolerance: 50_000, window: 2_000 }

interface Node<E> extends Held {
  readonly entry: E
  readonly placed: Placed
  readonly place: Place
  links: Link[]
}

/** The unfinished entries of one clock. */
interface Clock {
  all: Frontier
  /** Those that keep order with all. */
  barriers: Frontier
  lanes: Map<string, Frontier>
}

export class Schedule<E> {
  readonly #rules: OrderRules
  readonly #clocks = new Map<string, Clock>()
  /** Of the unfinished producers of each value. */
  readonly #producers = new Map<string, Frontier>()
  /** And of those who use it. */
  readonly #users = new Map<string, Frontier>()
  readonly #ready = new Heap<Node<E>>((a, b) => isBefore(a.place, b.place))
  readonly #out = new Map<number, Node<E>>()
  #last: Place = { at: -Infinity, id: -Infinity }
  #size = 0

  constructor(rules: OrderRules) {
    this.#rules = rules
  }

  /** Entries that were added and are not finished. */
  get size(): number {
    return this.#size
  }

  get hasRoom(): boolean {
    return this.#size < this.#rules.window
  }

  /** How many could go now if any number might be out at once. */
  get ready(): number {
    return this.#ready.size
  }

  /** How many were taken and are not done. */
  get out(): number {
    return this.#out.size
  }

  /** Each in the order of the stream. Throws a RangeError for one that is not, or without room. */
  add(entry: E, placed: Placed): void {
    const place = placeOf(placed)
    if (!isBefore(this.#last, place)) {
      throw new RangeError(`entry ${placed.id} does not stand behind entry ${this.#last.id}`)
    }
    if (!this.hasRoom) throw new RangeError('the window is full')
    this.#last = place
    this.#size++
    const node: Node<E> = { entry, placed, place, links: [], holds: 0 }
    this.#hold(node)
    node.links = this.#frontiersOf(placed).map((frontier) => frontier.add(place))
    if (node.holds === 0) this.#ready.push(node)
  }

  /**
   * The entry to be sent now, which is out until it is done; of several the one that stands first
   * in the stream. Null: none may be sent before another is done or added.
   */
  take(): E | null {
    if (this.#out.size >= this.#rules.concurrency) return null
    const node = this.#ready.pop()
    if (node === undefined) return null
    this.#out.set(node.placed.id, node)
    return node.entry
  }

  /** One that was taken is finished: answered, given up, or left out. Throws for any other. */
  done(id: number): void {
    const node = this.#out.get(id)
    if (node === undefined) throw new RangeError(`entry ${id} is not out`)
    this.#out.delete(id)
    this.#size--
    const onFree = (held: Held) => this.#ready.push(held as Node<E>)
    for (const link of node.links) link.frontier.remove(link, onFree)
    this.#forget(node.placed)
  }

  #hold(node: Node<E>): void {
    const { placed } = node
    const { lane } = placed
    const own = heldUpTo(placed)
    const others = heldByOthersUpTo(placed, this.#rules.tolerance)
    for (const [name, clock] of this.#clocks) {
      const until = name === placed.clock ? own : others
      if (lane === null) clock.all.hold(node, until)
      else {
        clock.barriers.hold(node, until)
        clock.lanes.get(lane)?.hold(node, until)
      }
    }
    for (const value of placed.uses) this.#producers.get(value)?.hold(node, node.place)
    for (const value of placed.ends) this.#users.get(value)?.hold(node, node.place)
  }

  #frontiersOf({ clock: name, lane, uses, produces }: Placed): Frontier[] {
    const clock = valueAt(this.#clocks, name, newClock)
    const ofLane = lane === null ? clock.barriers : valueAt(clock.lanes, lane, newFrontier)
    const frontiers = new Set([clock.all, ofLane])
    for (const value of produces) frontiers.add(valueAt(this.#producers, value, newFrontier))
    for (const value of uses) frontiers.add(valueAt(this.#users, value, newFrontier))
    return [...frontiers]
  }

  /** A frontier without entries holds nothing: only those with some are kept. */
  #forget({ clock: name, lane, uses, produces }: Placed): void {
    const clock = this.#clocks.get(name)!
    if (lane !== null && clock.lanes.get(lane)!.isEmpty) clock.lanes.delete(lane)
    if (clock.all.isEmpty) this.#clocks.delete(name)
    for (const value of produces) {
      if (this.#producers.get(value)?.isEmpty) this.#producers.delete(value)
    }
    for (const value of uses) if (this.#users.get(value)?.isEmpty) this.#users.delete(value)
  }
}

function newClock(): Clock {
  return { all: new Frontier(), barriers: new Frontier(), lanes: new Map() }
}

function newFrontier(): Frontier {
  return new Frontier()
}

function valueAt<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

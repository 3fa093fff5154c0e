import { Heap } from './heap.ts'
import { isBefore, type Place } from './placed.ts'

/** A place in a frontier's row of the unfinished. */
export interface Link {
  readonly frontier: Frontier
  readonly place: Place
  previous: Link | null
  next: Link | null
}

/** Something that is held until as many frontiers as hold it have come far enough. */
export interface Held {
  holds: number
}

interface Waiter {
  until: Place
  held: Held
}

/**
 * How far the entries of one kind have been finished: all that stand before the first unfinished
 * one. They are added in the order of the stream, and finished in any. It only ever moves on, for
 * what is added later stands behind all that was there; so who was let go stays free, and each
 * waiter is looked at once.
 */
export class Frontier {
  #first: Link | null = null
  #last: Link | null = null
  /** Most have none ever: there is a frontier for each value. */
  #waiters: Heap<Waiter> | null = null

  get isEmpty(): boolean {
    return this.#first === null
  }

  add(place: Place): Link {
    const link: Link = { frontier: this, place, previous: this.#last, next: null }
    if (this.#last === null) this.#first = link
    else this.#last.next = link
    this.#last = link
    return link
  }

  /** Holds it until nothing unfinished stands before the place, if anything does now. */
  hold(held: Held, until: Place): void {
    if (this.#first === null || !isBefore(this.#first.place, until)) return
    held.holds++
    this.#waiters ??= new Heap(goesBefore)
    this.#waiters.push({ until, held })
  }

  /** Takes out what is finished; calls back with each that nothing at all holds any more. */
  remove(link: Link, onFree: (held: Held) => void): void {
    const { previous, next } = link
    if (next === null) this.#last = previous
    else next.previous = previous
    if (previous !== null) {
      previous.next = next
      return
    }
    this.#first = next
    const waiters = this.#waiters
    if (waiters === null) return
    for (;;) {
      const waiter = waiters.peek()
      if (waiter === undefined || (next !== null && isBefore(next.place, waiter.until))) return
      waiters.pop()
      if (--waiter.held.holds === 0) onFree(waiter.held)
    }
  }
}

function goesBefore(a: Waiter, b: Waiter): boolean {
  return isBefore(a.until, b.until)
}

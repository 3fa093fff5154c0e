import { Claims } from './claims.ts'
import type { Id } from './links.ts'

/** Something that clients know of. */
export interface Known {
  kind: 'project' | 'item' | 'task' | 'file'
  id: Id
  name: string
  /** Of a task. */
  parent: Known | null
}

/** What all clients know: whoever made something tells the others, once it was answered. */
export class Board {
  readonly claims = new Claims()
  readonly #known: Known[] = []

  add(known: Known): void {
    this.#known.push(known)
  }

  remove(gone: Known): void {
    const left = this.#known.filter((one) => one !== gone && one.parent !== gone)
    this.#known.splice(0, this.#known.length, ...left)
  }

  find(kind: Known['kind'], id: Id): Known | undefined {
    return this.#known.find((one) => one.kind === kind && one.id === id)
  }

  /** The n-th, counted round and round from the newest. */
  nth(kind: Known['kind'], n: number): Known | undefined {
    const all = this.#known.filter((one) => one.kind === kind)
    return all[all.length - 1 - (n % (all.length || 1))]
  }

  /**
   * A small number that is the id of something, if there is any: it will say something else. What is
   * not small is no year and no quantity again and again unless it was meant.
   */
  trap(n: number): number {
    const ids = this.#known.map(({ id }) => Number(id)).filter((id) => id < 200)
    return ids.length === 0 || n % 4 === 0 ? n : ids[n % ids.length]!
  }
}

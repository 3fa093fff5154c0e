import type { Row } from './row.ts'

// What came since the list was read: shown above it, or waiting until somebody wants to see it.

export interface Arrivals {
  /** The latest first. */
  shown: readonly Row[]
  waiting: readonly Row[]
  /** Those that wait and are not even kept. */
  beyond: number
}

/** How many are kept in all: who wants more reads the list anew. */
export const MOST_ARRIVALS = 500

export const NO_ARRIVALS: Arrivals = { shown: [], waiting: [], beyond: 0 }

/** With entries more, in the order of their ids. Null: too many to go on above the list. */
export function arrived(
  arrivals: Arrivals,
  entries: readonly Row[],
  where: 'shown' | 'waiting',
): Arrivals | null {
  const { shown, waiting, beyond } = arrivals
  const known = new Set([...shown, ...waiting].map(({ id }) => id))
  const fresh = entries.filter(({ id }) => !known.has(id)).reverse()
  if (where === 'shown') {
    const all = [...fresh, ...shown]
    return all.length > MOST_ARRIVALS ? null : { ...arrivals, shown: all }
  }
  const room = Math.max(0, MOST_ARRIVALS - shown.length - waiting.length)
  const kept = fresh.slice(Math.max(0, fresh.length - room))
  return { shown, waiting: [...kept, ...waiting], beyond: beyond + fresh.length - kept.length }
}

/** What waited is shown. Null: it was more than is kept, the list has to be read anew. */
export function admitted({ shown, waiting, beyond }: Arrivals): Arrivals | null {
  return beyond > 0 ? null : { shown: [...waiting, ...shown], waiting: [], beyond: 0 }
}

export const waitingCount = ({ waiting, beyond }: Arrivals) => waiting.length + beyond

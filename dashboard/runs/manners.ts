import { USUAL_MANNER, type Manner } from '../replay/wish.ts'

// How the runs that were begun from this page are sent. The journal does not keep it: a run that is
// resumed is asked for it again, and this is what stands in the form then. It lives as long as the page.

const manners = new Map<number, Manner>()

export function noteManner(run: number, wish: Manner): void {
  const names = Object.keys(USUAL_MANNER) as (keyof Manner)[]
  const manner = Object.fromEntries(names.map((name) => [name, wish[name]]))
  manners.set(run, manner as unknown as Manner)
}

/** Null: this page did not begin it. */
export function mannerOf(run: number): Manner | null {
  return manners.get(run) ?? null
}

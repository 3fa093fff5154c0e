import fc from 'fast-check'
import { LINKS, type LinkStyle } from './links.ts'

/** What a client is told to do next; whom it does it to is chosen of what it knows by then. */
export interface Act {
  what: keyof typeof WEIGHTS
  style: LinkStyle
  /** Which of those that are known. */
  one: number
  other: number
  number: number
  /** For how long it thinks before, in ms. */
  pause: number
}

/** And how often, beside the others. */
const WEIGHTS = {
  ...{ project: 2, item: 2, linkedItem: 3, task: 3, link: 6, change: 2, changeProject: 1 },
  ...{ changeTask: 2, deleteItem: 1, deleteProject: 1, deleteTask: 1, writeBack: 3, race: 2 },
  ...{ attach: 2, upload: 1, note: 2, call: 1, slot: 2, doc: 1, export: 2, login: 1 },
}

/** `leftOut`: what nobody does. */
export function anyActs(leftOut: readonly Act['what'][]): fc.Arbitrary<Act[]> {
  const chosen = Object.entries(WEIGHTS) as [Act['what'], number][]
  const acts = chosen
    .filter(([what]) => !leftOut.includes(what))
    .map(([what, weight]) => ({ weight, arbitrary: fc.constant(what) }))
  const act = fc.record<Act>({
    what: fc.oneof(...acts),
    style: fc.constantFrom(...LINKS),
    ...{ one: fc.nat(7), other: fc.nat(7), number: fc.nat(40) },
    pause: fc.nat(30),
  })
  return fc.array(act, { minLength: 1, maxLength: 12 })
}

import { isMoment, strengthOf } from '../../aliases/strength.ts'
import type { Replacement, Visit } from '../../aliases/site.ts'
import type { Journal } from '../../journal/contract.ts'

// What the backend calls by another name since it was restored, and what its clients call it. Only values
// that say enough by themselves: of a small number nobody can tell which of two things it means, once the
// backend has given it again.

/** What is read of the journal. */
export type AliasSource = Pick<Journal, 'restorations' | 'aliases' | 'attempted'>

export interface AliasTable {
  /** Values that clients may still have. */
  size: number
  /** What clients say, as the backend calls it now. */
  toBackend: Visit
  /** What the backend says, as clients knew it first. */
  toClient: Visit
}

/** What one answer once had in one place, and what stood there after each restore. */
interface Thing {
  producer: number
  /** The oldest first; the last one is what the backend calls it. */
  names: string[]
  /** The restore that gave the last one. */
  givenBy: number
}

const PAGE = 1_000

/** The newest `most` things; null: there is nothing to rename. */
export async function loadAliases(
  source: AliasSource,
  stream: string,
  most: number,
): Promise<AliasTable | null> {
  const things = new Map<string, Thing>()
  const restorations = await source.restorations(stream)
  for (const { run } of restorations) {
    const given = namesGiven(things)
    for (let after = -1; ;) {
      const page = await source.aliases({ stream, id: run }, { after, limit: PAGE })
      for (const { producer, old, new: now } of page) {
        if (old === null || now === null || !isTelling(old) || !isTelling(now)) continue
        // Shown by an answer of a later life: the thing that it was given for says what became of it.
        if (given.has(old) && !things.has(keyOf(producer, old))) continue
        rename(things, { producer, old, now, run }, most)
      }
      if (page.length < PAGE) break
      after = page.at(-1)!.number
    }
  }
  const last = restorations.at(-1)
  if (last !== undefined) await takeBack(source, { stream, id: last.run }, things)
  return tableOf([...things.values()].map(({ names }) => names))
}

/** What restores called just one of them. */
function namesGiven(things: ReadonlyMap<string, Thing>): Set<string> {
  const given = new Set<string>()
  const twice = new Set<string>()
  for (const { names } of things.values()) {
    for (const name of names.slice(1)) (given.has(name) ? twice : given).add(name)
  }
  for (const name of twice) given.delete(name)
  return given
}

function isTelling(value: string): boolean {
  return strengthOf(value) === 'strong' && !isMoment(value) && !IS_URL.test(value)
}

/** Its parts speak for themselves. */
const IS_URL = /^(?:[a-z][a-z0-9+.-]*:\/)?\//i

function rename(
  things: Map<string, Thing>,
  { producer, old, now, run }: { producer: number; old: string; now: string; run: number },
  most: number,
): void {
  const key = keyOf(producer, old)
  const thing = things.get(key) ?? { producer, names: [old], givenBy: run }
  thing.names = [...thing.names.filter((name) => name !== now), now]
  thing.givenBy = run
  things.set(key, thing)
  if (things.size > most) things.delete(things.keys().next().value!)
}

const keyOf = (producer: number, old: string) => `${producer} ${old}`

/** What the last restore sent and was answered as recorded is called as it was recorded. */
async function takeBack(
  source: AliasSource,
  run: { stream: string; id: number },
  things: ReadonlyMap<string, Thing>,
): Promise<void> {
  const left = [...things.values()].filter(({ givenBy }) => givenBy !== run.id)
  for (let i = 0; i < left.length; i += PAGE) {
    const some = left.slice(i, i + PAGE)
    const sent = await source.attempted(run, [...new Set(some.map(({ producer }) => producer))])
    const ids = new Set(sent.map(({ entry }) => entry))
    for (const thing of some) {
      const [first, ...later] = thing.names
      if (ids.has(thing.producer)) thing.names = [...later, first!]
    }
  }
}

/**
 * Of names of things, each the oldest first and the last what the backend calls it now. A name that could
 * be two things is nobody's. Null: nothing is called otherwise.
 */
export function tableOf(things: readonly (readonly string[])[]): AliasTable | null {
  const toBackend = new Map<string, string>()
  const toClient = new Map<string, string>()
  const current = new Set(things.map((names) => names.at(-1)!))
  for (const names of things) {
    const now = names.at(-1)!
    const olds = names.slice(0, -1).filter((name) => !current.has(name))
    for (const old of olds) put(toBackend, old, now)
    if (olds[0] !== undefined) put(toClient, now, olds[0])
  }
  const inwards = certain(toBackend)
  const outwards = certain(toClient)
  if (inwards.size === 0) return null
  return { size: inwards.size, toBackend: visitOf(inwards), toClient: visitOf(outwards) }
}

const AMBIGUOUS = ''

function put(map: Map<string, string>, from: string, to: string): void {
  const known = map.get(from)
  map.set(from, known === undefined || known === to ? to : AMBIGUOUS)
}

function certain(map: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...map].filter(([, to]) => to !== AMBIGUOUS))
}

function visitOf(map: ReadonlyMap<string, string>): Visit {
  return (value): Replacement | undefined => {
    const text = map.get(value)
    return text === undefined ? undefined : { text, as: 'same' }
  }
}

import type { Alias, LeftAlone, Use } from '../aliases/alias.ts'

/** What an attempt keeps of the values in its request; those that are secrets are not in it. */
export interface AttemptUses {
  replaced: readonly {
    place: string
    /** Of the alias: the entry whose answer had the value, and where; 0 of one that a rule fixes. */
    producer: number
    from: string
    /** As recorded, at most 200 characters of it; none of a secret. */
    value?: string
  }[]
  leftAlone: readonly { place: string; why: string; value?: string }[]
}

/** As an attempt keeps it; undefined where there is nothing to tell. */
export function attemptUses(
  uses: readonly Use[],
  leftAlone: readonly LeftAlone[],
): AttemptUses | undefined {
  if (uses.length === 0 && leftAlone.length === 0) return undefined
  const shown = (value: string, secrecy: Alias['secrecy']) =>
    secrecy === 'secret' ? null : { value: value.slice(0, MOST_KEPT) }
  return {
    replaced: uses.map(({ place, alias }) => ({
      place,
      producer: alias.producer,
      from: alias.place,
      ...shown(alias.old, alias.secrecy),
    })),
    leftAlone: leftAlone.map(({ place, value, why, secrecy }) => ({
      place,
      why,
      ...shown(value, secrecy),
    })),
  }
}

/** Characters of a value. */
const MOST_KEPT = 200

/** What an attempt kept; null: nothing. */
export function keptUses(uses: unknown): AttemptUses | null {
  return (uses ?? null) as AttemptUses | null
}

/** By which a use finds its alias; two of one producer, place and value are the same. */
export function useKey(producer: number, place: string, value: string | undefined): string {
  return JSON.stringify([producer, place, value?.slice(0, MOST_KEPT)])
}

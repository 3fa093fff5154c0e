import { kindOf, type Alias, type Meaning } from './alias.ts'
import type { Around } from './meaning.ts'
import { speakOfTheSame, wordsOf } from './naming.ts'
import { routeOf } from './route.ts'
import type { Site } from '../../aliases/site.ts'
import { strengthOf } from '../../aliases/strength.ts'

/** Ranks, the highest wins: what names the one resource, what names its kind, what only is the same. */
export const RANKS = {
  rule: 90,
  /** The very resource, the very cookie. */
  resource: 80,
  /** The very name, such as orderNo. */
  key: 70,
  /** A name or collection of the same noun. */
  noun: 60,
  similar: 50,
  pattern: 45,
  /** `/items/17` for what `/items/import` answered. */
  action: 40,
  /** `parentId` within the same collection. */
  relative: 30,
  /** Nothing but that the value says enough by itself. */
  value: 10,
  none: 0,
} as const

/**
 * How well the recording shows that a value in a request is that alias. A strong value needs no
 * evidence but itself; it is ranked still, for two aliases may have the same old value.
 */
export function rankOf(alias: Alias, site: Site, meaning: Meaning, around: Around): number {
  const named = namedRank(alias, site, meaning, around)
  if (named === 'other') return RANKS.none
  return named === RANKS.none && isEnough(alias, site) ? RANKS.value : named
}

/** Whether the value alone says that it is this alias. */
function isEnough(alias: Alias, site: Site): boolean {
  return (
    site.syntax !== 'url' && alias.meaning.syntax !== 'url' && strengthOf(alias.old) === 'strong'
  )
}

/** `other`: the names say that it is something else, however alike the values are. */
function namedRank(alias: Alias, site: Site, meaning: Meaning, around: Around): number | 'other' {
  const of = alias.meaning
  if (site.syntax === 'url' || of.syntax === 'url') {
    return site.syntax === of.syntax ? RANKS.resource : RANKS.none
  }
  if (site.syntax === 'etag' || of.syntax === 'etag') {
    return site.syntax === of.syntax ? tagRank(of, around) : RANKS.none
  }
  if (site.syntax === 'cookie' || of.syntax === 'cookie') {
    return site.syntax === of.syntax && of.key === meaning.key ? RANKS.resource : RANKS.none
  }
  if (of.naming === 'open') return RANKS.none
  return site.syntax === 'segment'
    ? segmentRank(alias, meaning)
    : nameRank(of, site, meaning, around)
}

/** An entity-tag is one of its resource, or of what stands above or below it, for want of a better. */
function tagRank({ under }: Meaning, { path }: Around): number {
  if (under === path) return RANKS.resource
  const isNear = under.startsWith(`${path}/`) || path.startsWith(`${under}/`)
  return isNear ? RANKS.similar : RANKS.none
}

function segmentRank(
  { meaning: of, path, old }: Alias,
  { under, noun }: Meaning,
): number | 'other' {
  if (of.under === under && under !== '') return of.key === 'id' ? RANKS.resource : RANKS.key
  // The same collection of another parent: /devices/3/parts/1 is not /devices/4/parts/1.
  if (of.under !== '' && routeOf(of.under) === routeOf(under)) {
    return strengthOf(old) === 'strong' ? RANKS.none : 'other'
  }
  const same = speakOfTheSame(of.noun, noun)
  if (same === 'same') return RANKS.noun
  const action = path.slice(under.length + 1)
  const isAction = under !== '' && path.startsWith(`${under}/`) && !/[/\d]|s$/.test(action)
  return isAction && of.key === 'id' ? RANKS.action : RANKS.none
}

function nameRank(of: Meaning, site: Site, meaning: Meaning, around: Around): number {
  if (meaning.naming === 'id' && meaning.under !== '' && meaning.under === of.under) {
    return meaning.key === of.key ? RANKS.resource : RANKS.similar
  }
  const isOtherParent =
    meaning.under !== '' && of.under !== '' && routeOf(meaning.under) === routeOf(of.under)
  if (isOtherParent) return RANKS.none
  const same = speakOfTheSame(of.noun, meaning.noun)
  if (meaning.key === of.key && meaning.key !== 'id' && same !== 'no') return RANKS.key
  if (same === 'same') return RANKS.noun
  if (same === 'similar') return RANKS.similar
  return isRelative(site, of, around) ? RANKS.relative : RANKS.none
}

function isRelative({ key }: Site, of: Meaning, { collection }: Around): boolean {
  if (of.key !== 'id' || of.noun === '' || of.noun !== collection.noun) return false
  const words = wordsOf(key)
  return RELATIVES.has(words[0] ?? '') && words.length <= 2 && (words[1] ?? 'id') === 'id'
}

const RELATIVES = new Set(
  'parent root previous prev next after before original source copy'.split(' '),
)

/** Why a value that has aliases was left, for people. */
export function whyLeft(aliases: readonly Alias[], site: Site): string {
  const kinds = aliases.map((alias) => alias.meaning.noun || kindOf(alias))
  const what = [...new Set(kinds)].slice(0, 3).join(', ')
  return site.syntax === 'url'
    ? 'a path as a whole'
    : `a small value: nothing shows that it is meant as the id of ${what}`
}

import type { Entry } from '../../journal/entry.ts'
import { openedBody, openedTarget } from '../../journal/masking/opened.ts'
import type { RequestParts, AnswerParts } from '../../aliases/message.ts'
import { readAnswer, walkRequest } from '../../aliases/message.ts'
import { aroundOf, isSafe, meaningOf, type Around } from './meaning.ts'
import { secrecyOf } from './alias.ts'
import { NO_RULES } from './rules.ts'
import type { Site, Visit } from '../../aliases/site.ts'
import { strengthOf } from '../../aliases/strength.ts'
import { ownText } from './own-text.ts'

/** A recorded value and where it stands. */
export interface Found {
  value: string
  site: Site
}

/** The recorded request; without its body where that is in pieces. */
export function requestOf(entry: Entry): RequestParts {
  const { requestHeaders, requestChunks } = entry
  const body = requestChunks > 0 ? null : openedBody(entry, 'request')
  return { target: openedTarget(entry), fields: requestHeaders, body }
}

/** The recorded answer, or null where none came; without its body where that was not kept whole. */
export function recordedAnswer(entry: Entry): AnswerParts | null {
  const { responseHeaders, responseChunks, responseCapture } = entry
  if (responseHeaders === null) return null
  const isWhole = responseChunks === 0 && responseCapture === 'complete'
  return { fields: responseHeaders, body: isWhole ? openedBody(entry, 'response') : null }
}

/** Every value of a request, in order. */
export function valuesOfRequest(parts: RequestParts): Found[] {
  const found: Found[] = []
  walkRequest(parts, (value, site) => {
    found.push({ value, site })
    return undefined
  })
  return found
}

/** Every value of an answer, in order. */
export function valuesOfAnswer(parts: AnswerParts): Found[] {
  const found: Found[] = []
  readAnswer(parts, (value, site) => {
    found.push({ value, site })
    return undefined
  })
  return found
}

/** Shows each value of an exchange as it was recorded. */
export function visitValues(entry: Entry, see: (value: string) => void): void {
  const visit: Visit = (value) => {
    see(value)
    return undefined
  }
  walkRequest(requestOf(entry), visit)
  const answer = recordedAnswer(entry)
  if (answer !== null) readAnswer(answer, visit)
}

/** What the recorded answer to a request that may have made something calls ids. */
export function idsOfAnswer(entry: Entry): string[] {
  const answer = recordedAnswer(entry)
  if (answer === null || isSafe(entry.method)) return []
  const around = aroundOf(entry, () => false)
  return valuesOfAnswer(answer)
    .filter(({ value, site }) => strengthOf(value) !== 'none' && isId(site, around))
    .map(({ value }) => value)
}

function isId(site: Site, around: Around): boolean {
  return site.syntax !== 'url' && meaningOf(site, around).naming === 'id'
}

/** The values of two messages that stand in the same places, in the order of the first. */
export function pairsOf(one: readonly Found[], other: readonly Found[]): [Found, Found][] {
  const isParallel =
    one.length === other.length &&
    one.every(({ value, site }, i) => {
      const { value: its, site: at } = other[i]!
      return value === its ? site.key === at.key : site.place === at.place
    })
  if (isParallel) return one.map((found, i) => [found, other[i]!])
  const places = new Map<string, Found>()
  for (const found of other) {
    if (!places.has(found.site.place)) places.set(found.site.place, found)
  }
  return one.flatMap((found) => {
    const its = places.get(found.site.place)
    return its === undefined ? [] : [[found, its] as [Found, Found]]
  })
}

/**
 * What an entry makes, what it uses, and what it ends, for whoever must keep the one before the
 * other. Strong values as they are; small ones with the noun of what they name: `item 17`.
 */
export function valuesOf(entry: Entry): {
  produces: string[]
  uses: string[]
  ends: string[]
  /** Those of them that must not be shown. */
  secrets: ReadonlySet<string>
} {
  const secrets = new Set<string>()
  const note = (name: string, value: string, site: Site) => {
    if (isSecret(entry, value, site)) secrets.add(name)
  }
  const around = aroundOf(entry, () => false)
  const said = valuesOfRequest(requestOf(entry))
  const uses = new Set<string>()
  for (const { value, site } of said) {
    for (const name of namesOfValue(value, site, around, 'use')) {
      uses.add(name)
      note(name, value, site)
    }
  }
  const named = said.findLast(({ site }) => site.place.startsWith('path '))
  const ends =
    entry.method === 'DELETE' && named !== undefined
      ? namesOfValue(named.value, named.site, around, 'use')
      : []
  const produces = new Set<string>()
  const answer = recordedAnswer(entry)
  if (answer !== null) {
    readAnswer(answer, (value, site) => {
      for (const name of namesOfValue(value, site, around, 'product')) {
        if (!uses.has(name)) produces.add(name)
        note(name, value, site)
      }
      return undefined
    })
  }
  const own = (names: Iterable<string>) => [...names].map(ownText)
  return { produces: own(produces), uses: own(uses), ends: own(ends), secrets }
}

/** By where it stands, or because it stands in what was masked. */
function isSecret({ masked }: Entry, value: string, site: Site): boolean {
  if (secrecyOf(site, NO_RULES.secrets) === 'secret') return true
  return masked.some((part) => part.value?.includes(value) === true)
}

/**
 * How a value is told from others, called `name`. A small number makes something only where it is called an
 * id; it may use it under the noun alone.
 */
export function namesOfValue(
  value: string,
  site: Site,
  around: Around,
  as: 'use' | 'product',
  name = value,
): string[] {
  if (site.syntax === 'url') return []
  const strength = strengthOf(value)
  if (strength === 'strong') return [name]
  if (strength === 'none') return []
  const { noun, naming, key } = meaningOf(site, around)
  if (site.syntax === 'cookie') return [`cookie ${key} ${name}`]
  if (noun === '') return []
  if (naming === 'open' && as === 'product') return []
  if (site.syntax === 'segment' && !/\d/.test(value)) return []
  // Two names may speak of the same where one ends in the other: `X-Item-Id`, `parentItemId`.
  if (!noun.includes(' ')) return [`${noun} ${name}`]
  const words = noun.split(' ')
  return words.map((_, i) => `${words.slice(i).join(' ')} ${name}`)
}

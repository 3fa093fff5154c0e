import { pathOf, type Entry } from '../../journal/entry.ts'
import { fieldValue } from '../../wire/fields.ts'
import { aroundOf, meaningOf } from '../aliases/meaning.ts'
import { readAnswer } from '../../aliases/message.ts'
import { nounOf } from '../aliases/naming.ts'
import { strengthOf } from '../../aliases/strength.ts'
import { urlParts } from '../../aliases/url-text.ts'
import {
  recordedAnswer,
  requestOf,
  valuesOf,
  valuesOfAnswer,
  valuesOfRequest,
  type Found,
} from '../aliases/values.ts'
import type { Asked } from './request-pattern.ts'

// What compaction asks of one entry.

export interface Traits extends Asked {
  /** The path of each of its segments: `/things` and `/things/17`. */
  paths: readonly string[]
}

export function traitsOf({ method, target }: Pick<Entry, 'method' | 'target'>): Traits {
  const path = pathOf(target)
  const segments = path.slice(1).split('/')
  const paths: string[] = []
  for (const segment of segments) paths.push(`${paths.at(-1) ?? ''}/${segment}`)
  return { method, segments, paths, query: target.includes('?') ? 'some' : 'none' }
}

/** Values that a request uses and its answer brings, by names that tell them apart; see valuesOf. */
export function dependenciesOf(entry: Entry): { uses: string[]; produces: string[] } {
  const { uses, produces } = valuesOf(entry)
  const around = aroundOf(entry, () => false)
  for (const { value, site } of valuesOfRequest(requestOf(entry))) {
    if (site.syntax === 'etag') uses.push(tagName(around.path, value))
  }
  const answer = recordedAnswer(entry)
  if (answer !== null) {
    readAnswer(answer, (value, site) => {
      if (site.syntax === 'etag') produces.push(tagName(around.resource, value))
      return undefined
    })
  }
  return { uses, produces }
}

/** Tags are small at times, and mean something only with their resource. */
function tagName(path: string, value: string): string {
  return `etag ${path} ${value}`
}

/** How a resource may be called that has this segment in its path, as `mentionsOf` calls them. */
export function namesOf(segment: string, before: string | undefined): string[] {
  if (!isSmallNumber(segment)) return [`=${segment}`]
  return [`=${segment}`, `${nounOf(before ?? '')} ${segment}`]
}

/**
 * What a request may speak of. Small numbers by what the names around them say that they denote, for as a
 * quantity they stand everywhere; all else as it is.
 */
export function mentionsOf(entry: Entry, uses: readonly string[]): string[] {
  return mentionsIn(entry, valuesOfRequest(requestOf(entry)), uses)
}

/** The same of its answer. */
export function mentionsOfAnswer(entry: Entry, produces: readonly string[]): string[] {
  const answer = recordedAnswer(entry)
  return answer === null ? [] : mentionsIn(entry, valuesOfAnswer(answer), produces)
}

function mentionsIn(entry: Entry, found: readonly Found[], names: readonly string[]): string[] {
  const mentioned = new Set(names)
  const around = aroundOf(entry, () => false)
  for (const { value, site } of found) {
    if (value.length > LONGEST) continue
    if (!isSmallNumber(value)) mentioned.add(`=${value}`)
    else if (site.syntax === 'named') {
      const { naming, noun } = meaningOf(site, around)
      // A `parentId` may be the id of anything.
      if (naming === 'id' && noun !== '') mentioned.add(`=${value}`)
    }
  }
  return [...mentioned]
}

const LONGEST = 4096

function isSmallNumber(value: string): boolean {
  return /^\d+$/.test(value) && strengthOf(value) !== 'strong'
}

/** What the answer of a request tells of what it made: its path, or its id; null: nothing. */
export function madeOf(entry: Entry): { path: string | null; id: string | null } | null {
  if (entry.status === null || entry.status < 200 || entry.status >= 300) return null
  const location = entry.responseHeaders && fieldValue(entry.responseHeaders, 'location')
  const path = location == null ? null : urlParts(location).path
  const id = idIn(entry.responseBody)
  return path === null && id === null ? null : { path, id }
}

/** Of an object, or of the one that it wraps. */
function idIn(body: Buffer | null): string | null {
  if (body === null || body.length === 0 || body.length > 1024 * 1024) return null
  if (!/^\s*\{/.test(body.toString('latin1', 0, 64))) return null
  try {
    const object = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    const wrapped = Object.values(object).filter(
      (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
    ) as Record<string, unknown>[]
    return ownId(object) ?? (wrapped.length === 1 ? ownId(wrapped[0]!) : null)
  } catch {
    return null
  }
}

function ownId({ id, _id }: Record<string, unknown>): string | null {
  const own = id ?? _id
  return typeof own === 'string' || typeof own === 'number' ? String(own) : null
}

/** Whether all that an answer brought can be read. */
export function isAnswerReadable(entry: Entry): boolean {
  return (
    entry.responseChunks === 0 &&
    entry.responseCapture !== 'truncated' &&
    entry.responseCapture !== 'aborted'
  )
}

/** Whether all can be read that a request may use: nobody looks into a picture. */
export function isRequestReadable({ requestChunks, requestCapture, contentType }: Entry): boolean {
  if (requestChunks === 0 && requestCapture === 'complete') return true
  return (
    contentType !== null &&
    /^(image|audio|video|font)\/|^application\/(octet-stream|zip|gzip|pdf)/i.test(contentType)
  )
}

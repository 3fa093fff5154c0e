import { walkJson } from './json-text.ts'
import { meaningOf, octetsOf } from './octets.ts'
import { within, type Replacement, type Site, type Visit } from './site.ts'
import { isUrl, walkUrl } from './url-text.ts'

/**
 * Shows a value as a whole, and where it is left, what stands in it by a known syntax: a URL, an
 * entity-tag, a list, JSON, JSON in base64 as cursors have it. A JWT is one token: its signature is
 * over every byte of it (RFC 7515).
 */
export function deep(visit: Visit): Visit {
  const both: Visit = (value, site) => {
    const whole = visit(value, site)
    if (whole !== undefined || value.length < 4 || site.spelling === 'number') return whole
    if (IS_WHOLE.has(site.syntax)) return undefined
    const now = inside(value, site, both, visit)
    return now === undefined || now === value ? undefined : { text: now, as: 'same' }
  }
  return both
}

/** Within which nothing else stands. */
const IS_WHOLE: ReadonlySet<Site['syntax']> = new Set(['url', 'segment', 'member'])

function inside(value: string, site: Site, both: Visit, visit: Visit): string | undefined {
  const first = value.charCodeAt(0)
  if (first === 0x22 || first === 0x57) {
    const tag = ENTITY_TAG.exec(value)
    if (tag !== null) return tagged(tag, site, visit)
  }
  if (first === 0x7b || first === 0x5b) return embedded(value, site, both)
  if ((first === 0x65 || first === 0x57) && BASE64_JSON.test(value)) {
    const now = cursor(value, site, both)
    if (now !== undefined) return now
  }
  if (isUrl(value)) return meant(walkUrl(octetsOf(value), site, both))
  const prefixed = PREFIXED.exec(value)
  if (prefixed !== null) {
    const now = visit(prefixed[2]!, within(site, 'urn'))
    return now === undefined ? undefined : prefixed[1]! + now.text
  }
  return value.includes(',') && LIST.test(value) ? listed(value, site, visit) : undefined
}

const ENTITY_TAG = /^(W\/)?"([^"]*)"$/
const BASE64_JSON = /^(?:eyJ|ey[AB]|W[3yz1])[A-Za-z0-9+/_-]+={0,2}$/
const PREFIXED = /^(urn:[a-z0-9-]+:|opaquelocktoken:)([^\s]+)$/i
const LIST = /^[^,\s]{1,64}(?:,[^,\s]{1,64})+$/

function tagged(tag: RegExpExecArray, site: Site, visit: Visit): string | undefined {
  const now = visit(tag[2]!, within(site, 'etag', { syntax: 'etag' }))
  return now === undefined ? undefined : `${tag[1] ?? ''}"${now.text}"`
}

function embedded(value: string, site: Site, both: Visit): string | undefined {
  const now = walkJson(octetsOf(value), site, both)
  return now === undefined ? undefined : meant(now)
}

/** Encoded as it was: its alphabet, with padding or without. */
function cursor(value: string, site: Site, both: Visit): string | undefined {
  const alphabet = /[-_]/.test(value) ? 'base64url' : 'base64'
  const encode = (octets: string) => {
    const text = Buffer.from(octets, 'latin1').toString(alphabet)
    return value.endsWith('=') || (alphabet === 'base64' && value.length % 4 === 0)
      ? text.padEnd(Math.ceil(text.length / 4) * 4, '=')
      : text.replace(/=+$/, '')
  }
  const octets = Buffer.from(value, alphabet).toString('latin1')
  if (encode(octets) !== value) return undefined
  const now = walkJson(octets, within(site, 'base64'), both)
  return now === undefined || now === octets ? undefined : encode(now)
}

function listed(value: string, site: Site, visit: Visit): string {
  const parts = value.split(',')
  return parts
    .map((part, i) => visit(part, within(site, `#${i + 1}`, { standing: 'listed' }))?.text ?? part)
    .join(',')
}

/** Undefined where it cannot be told: then nothing is replaced. */
function meant(octets: string): string | undefined {
  return meaningOf(octets) ?? undefined
}

/** What takes the place of text in latin-1, or the text. */
export function replaced(text: string, site: Site, visit: Visit): string {
  const value = meaningOf(text)
  if (value === null) return text
  const now: Replacement | undefined = visit(value, site)
  return now === undefined ? text : octetsOf(now.text)
}

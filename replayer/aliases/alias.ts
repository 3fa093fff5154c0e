import type { Micros } from '../../journal/entry.ts'
import type { SecretNames } from '../../journal/masking/names.ts'
import type { Site } from '../../aliases/site.ts'

/** A value that the backend generated: as recorded, and as it came back. */
export interface Alias {
  old: string
  /** The same as `old` where a new one came back as the old one, and an older alias must not hold. */
  new: string
  /** Id of the entry whose answer had it. */
  producer: number
  /** When that answer had been recorded: whoever had arrived before meant another one by the value. */
  since: Micros
  /** Where in that answer: `json /id`, `header location, path 2`. */
  place: string
  /** Of the producer's request; the path as recorded, without its query. */
  method: string
  path: string
  /** What it denotes, by the names around it: see `meaningOf`. */
  meaning: Meaning
  /** Path and meaning of the new value in the request that was sent, where they are others. */
  renamed?: Pick<Alias, 'path' | 'meaning'>
  /** How the new one is spelt where the old one was spelt differently. */
  becomes: 'same' | 'string' | 'number'
  /** A secret is never shown, and never written to a log. */
  secrecy: 'secret' | 'plain'
}

export interface Meaning {
  syntax: Site['syntax']
  /** The path that a segment of this value would stand behind; of an entity-tag, its resource; or empty. */
  under: string
  /** `item`, `work order`, or empty. */
  noun: string
  /** `id`, or the name where it is another one: `orderno`. */
  key: string
  /** Whether the names around it say that it is an id. */
  naming: 'id' | 'open'
}

/** A place where an alias was used. */
export interface Use {
  place: string
  alias: Alias
}

/** A value that had an alias and was not replaced, or a field that was not made right. */
export interface LeftAlone {
  place: string
  value: string
  why: string
  secrecy: Alias['secrecy']
}

/** Aliases of one kind stand for each other: of a value the newest of them holds. */
export function kindOf({ meaning, method, path, place }: Alias): string {
  const { syntax, under, noun, key } = meaning
  if (syntax === 'etag') return `etag ${under}`
  if (syntax === 'cookie') return `cookie ${key}`
  if (syntax === 'url') return 'url'
  if (under !== '') return `${key} ${under}`
  return noun === '' ? `${method} ${path} ${place}` : `${key} of ${noun}`
}

/** Its kind for whoever comes later, and has the new value. */
export function kindFromBehind(alias: Alias): string {
  return kindOf({ ...alias, ...alias.renamed })
}

export function secrecyOf(
  site: Pick<Site, 'place' | 'syntax' | 'key'>,
  names: SecretNames,
): Alias['secrecy'] {
  return site.syntax === 'cookie' ||
    SECRET.test(site.key) ||
    SECRET_FIELD.test(site.place) ||
    names.isIn(site.place)
    ? 'secret'
    : 'plain'
}

const SECRET =
  /token|secret|passw|csrf|xsrf|session|auth|api[-_]?key|jwt|bearer|credential|nonce|signature|cookie/i
const SECRET_FIELD = /^header (?:proxy-)?(?:authorization|authenticate|www-authenticate)/

import { pathOf, type Entry } from '../../journal/entry.ts'
import { fieldValue } from '../../wire/fields.ts'
import type { Meaning } from './alias.ts'
import { isEnvelope, namingOf, nounOf } from './naming.ts'
import { collectionOf, isVariable, type Collection } from './route.ts'
import type { Site } from '../../aliases/site.ts'
import { urlParts } from '../../aliases/url-text.ts'

/** The request that a value stands in, or whose answer it stands in. */
export interface Around {
  method: string
  /** As recorded, without query. */
  path: string
  collection: Collection
  /** The path of what the exchange is about, as far as the recorded answer tells: see `resourceOf`. */
  resource: string
}

/** `isId` knows of values that are ids, whatever they look like. */
export function aroundOf(entry: Told, isId: (value: string) => boolean): Around {
  const path = pathOf(entry.target)
  return new AroundEntry(entry, path, isId)
}

/** What of an exchange says what it is about. */
export type Told = Pick<Entry, 'method' | 'target' | 'status' | 'responseHeaders' | 'responseBody'>

class AroundEntry implements Around {
  readonly #entry: Told
  readonly method: string
  readonly path: string
  readonly #isId: (value: string) => boolean
  #collection: Collection | null = null

  constructor(entry: Told, path: string, isId: (value: string) => boolean) {
    this.#entry = entry
    this.method = entry.method
    this.path = path
    this.#isId = isId
  }

  /** Most values need none of it. */
  get collection(): Collection {
    return (this.#collection ??= collectionOf(this.path, this.#isId))
  }

  get resource(): string {
    return resourceOf(this.#entry, this.path)
  }
}

/** The path of what an exchange was about, as recorded: what it made, or what it was sent to. */
function resourceOf(entry: Told, path: string): string {
  if (entry.method !== 'POST' || entry.responseHeaders === null) return path
  const location = fieldValue(entry.responseHeaders, 'location')
  if (location !== undefined && entry.status === 201) return urlParts(location).path
  const id = /^\s*\{\s*"(?:id|_id)"\s*:\s*(?:"([^"\\]+)"|(\d+))/.exec(
    entry.responseBody?.subarray(0, 512).toString('latin1') ?? '',
  )
  return id === null ? path : `${path.replace(/\/$/, '')}/${id[1] ?? id[2]}`
}

/** What a value denotes by the place that it stands in. */
export function meaningOf(site: Site, around: Around): Meaning {
  const { syntax, key, before } = site
  switch (syntax) {
    case 'segment': {
      const noun = isVariable(key) ? '' : nounOf(key)
      return { syntax, under: before, noun, key: 'id', naming: 'id' }
    }
    case 'etag':
      return {
        syntax,
        under: around.resource,
        noun: '',
        key: 'etag',
        naming: 'id',
      }
    case 'cookie':
      return { syntax, under: '', noun: '', key, naming: 'id' }
    case 'url':
    case 'member':
      return { syntax, under: '', noun: '', key: '', naming: 'id' }
    case 'named':
      return namedMeaning(site, around)
  }
}

function namedMeaning({ syntax, key: name, holder, standing }: Site, around: Around): Meaning {
  const { noun, kind, key } = namingOf(name, standing)
  const { collection } = around
  const naming = kind === 'open' ? 'open' : 'id'
  if (kind !== 'bare') {
    const under = naming === 'id' && noun === collection.noun ? collection.path : ''
    return { syntax, under, noun, key, naming }
  }
  // `{"items":[{"id":1}]}` of a list is about what was listed; of another answer about items.
  const isList = /^(?:items|entries|records|results)$/i.test(holder) && isSafe(around.method)
  if (isEnvelope(holder) || isList) {
    return { syntax, under: collection.path, noun: collection.noun, key, naming }
  }
  const held = nounOf(holder)
  const under = held === collection.noun ? collection.path : `${around.resource}/${holder}`
  return { syntax, under, noun: held, key, naming }
}

/** RFC 9110 section 9.2.1, and WebDAV's. Nothing is made by them. */
export function isSafe(method: string): boolean {
  return /^(?:GET|HEAD|OPTIONS|PROPFIND|REPORT|SEARCH)$/.test(method)
}

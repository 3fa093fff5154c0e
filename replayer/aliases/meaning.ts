import type { Meaning } from './alias.ts'
import { isEnvelope, namingOf, nounOf } from './naming.ts'
import { collectionOf, isVariable } from './route.ts'
import type { Site } from './site.ts'

/** The request that a value stands in, or whose answer it stands in. */
export interface Around {
  method: string
  /** As recorded, without query. */
  path: string
  /** The path of what the exchange is about, where that is known better: see `resourceOf`. */
  resource?: string
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
        under: around.resource ?? around.path,
        noun: '',
        key: 'etag',
        naming: 'id',
      }
    case 'cookie':
      return { syntax, under: '', noun: '', key, naming: 'id' }
    case 'url':
      return { syntax, under: '', noun: '', key: '', naming: 'id' }
    case 'named':
      return namedMeaning(site, around)
  }
}

function namedMeaning({ syntax, key: name, holder, standing }: Site, around: Around): Meaning {
  const { noun, kind, key } = namingOf(name, standing)
  const collection = collectionOf(around.path)
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
  const under = held === collection.noun ? collection.path : ''
  return { syntax, under, noun: held, key, naming }
}

/** RFC 9110 section 9.2.1, and WebDAV's. Nothing is made by them. */
export function isSafe(method: string): boolean {
  return /^(?:GET|HEAD|OPTIONS|PROPFIND|REPORT|SEARCH)$/.test(method)
}

import { fieldValue, type RawFields } from '../../wire/fields.ts'
import type { Finder } from './finder.ts'
import { FormFinder } from './form-finder.ts'
import { JsonFinder } from './json-finder.ts'
import { MultipartFinder } from './multipart-finder.ts'
import type { SecretNames } from './names.ts'

/**
 * In what syntax the body of a message may hold named secrets; null: in none that is known here.
 * `json_if_so`: it is JSON if it looks like it, which many send without saying so.
 */
export type Syntax = 'json' | 'json_if_so' | 'form' | { boundary: string }

export function syntaxOf(contentType: string | undefined): Syntax | null {
  if (contentType === undefined) return 'json_if_so'
  const known = SEEN.get(contentType)
  if (known !== undefined) return known
  const syntax = readType(contentType)
  // What is sent over and over; a boundary is chosen anew each time.
  if (SEEN.size < 100 && contentType.length < 100) SEEN.set(contentType, syntax)
  return syntax
}

const SEEN = new Map<string, Syntax | null>()

function readType(contentType: string): Syntax | null {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  if (/[/+-](?:x-)?(?:nd)?json(?:l|lines|-seq)?$/.test(type) || type.endsWith('/jsonl'))
    return 'json'
  if (type === 'application/x-www-form-urlencoded') return 'form'
  if (type === 'multipart/form-data') {
    const match = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(contentType)
    const boundary = (match?.[1]?.replaceAll(/\\(.)/g, '$1') ?? match?.[2]) || null
    return boundary === null ? null : { boundary }
  }
  return type === '' || type === 'text/plain' ? 'json_if_so' : null
}

/** Whether the bytes are not those of the syntax: coded, or in a character set that has others for letters. */
export function isCoded(fields: RawFields): boolean {
  const coding = fieldValue(fields, 'content-encoding')
  if (coding !== undefined && !/^[\s,]*(?:identity[\s,]*)?$/i.test(coding)) return true
  return /;\s*charset="?utf-?(?:16|32)/i.test(fieldValue(fields, 'content-type') ?? '')
}

/** What looks through a body of a syntax, from its beginning. */
export function finderFor(syntax: Syntax, names: SecretNames): Finder {
  switch (syntax) {
    case 'json':
      return new JsonFinder(names)
    case 'json_if_so':
      return new ByLooks(/[[{]/, new JsonFinder(names), null)
    case 'form':
      // What curl calls a form, if it is told nothing, is often JSON.
      return new ByLooks(/\{/, new JsonFinder(names), new FormFinder(names))
    default:
      return new MultipartFinder(names, syntax.boundary, (type) => withinPart(type, names))
  }
}

function withinPart(contentType: string, names: SecretNames): Finder | null {
  const syntax = syntaxOf(contentType)
  return syntax === null || typeof syntax === 'object' ? null : finderFor(syntax, names)
}

/** Looks for JSON in what begins as that does, and by another one in all else. */
class ByLooks implements Finder {
  readonly #begins: RegExp
  readonly #json: Finder
  readonly #otherwise: Finder | null
  #is: 'unknown' | 'json' | 'other' = 'unknown'

  constructor(begins: RegExp, json: Finder, otherwise: Finder | null) {
    this.#begins = begins
    this.#json = json
    this.#otherwise = otherwise
  }

  find(...given: Parameters<Finder['find']>): number {
    if (this.#is === 'unknown') {
      const first = given[0].find((byte) => !isBefore(byte))
      if (first !== undefined) {
        this.#is = this.#begins.test(String.fromCharCode(first)) ? 'json' : 'other'
      }
    }
    return (this.#is === 'json' ? this.#json : this.#otherwise)?.find(...given) ?? 0
  }
}

/** White space, and the byte order mark that some put first. */
function isBefore(byte: number): boolean {
  return byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf
}

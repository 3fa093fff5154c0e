import { fieldValue, type RawFields } from '../../wire/fields.ts'
import type { Finder, Mark } from './finder.ts'
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
      return new ByLooks(asJson, new JsonFinder(names), null)
    case 'form':
      // What curl calls a form, if it is told nothing, is often JSON.
      return new ByLooks(asForm, new JsonFinder(names), new FormFinder(names))
    default:
      return new MultipartFinder(names, syntax.boundary, (type) => withinPart(type, names))
  }
}

function withinPart(contentType: string, names: SecretNames): Finder | null {
  const syntax = syntaxOf(contentType)
  return syntax === null || typeof syntax === 'object' ? null : finderFor(syntax, names)
}

type Looks = 'unknown' | 'json' | 'other'

/** Looks for JSON in what begins as that does, and by another one in all else. */
class ByLooks implements Finder {
  readonly #looks: (beginning: string) => Looks
  readonly #json: Finder
  readonly #otherwise: Finder | null
  #is: Looks = 'unknown'
  /** By what it begins; space before it is one. */
  #beginning = ''

  constructor(looks: (beginning: string) => Looks, json: Finder, otherwise: Finder | null) {
    this.#looks = looks
    this.#json = json
    this.#otherwise = otherwise
  }

  find(bytes: Buffer, mark: Mark, place: 'more' | 'last'): number {
    if (this.#is === 'unknown') this.#look(bytes)
    return this.#chosen?.find(bytes, mark, place) ?? 0
  }

  get #chosen(): Finder | null {
    if (this.#is === 'unknown') return null
    return this.#is === 'json' ? this.#json : this.#otherwise
  }

  #look(bytes: Buffer): void {
    const earlier = this.#beginning
    for (const byte of bytes) {
      this.#beginning = beginningWith(this.#beginning, byte)
      this.#is = this.#looks(this.#beginning.trimStart())
      if (this.#is === 'unknown') continue
      if (earlier !== '') this.#chosen?.find(Buffer.from(earlier, 'latin1'), () => {}, 'more')
      return
    }
  }
}

function beginningWith(before: string, byte: number): string {
  if (!isBefore(byte)) return before + String.fromCharCode(byte)
  return before === '' ? ' ' : before
}

function asJson(beginning: string): Looks {
  if (beginning === '') return 'unknown'
  return /^[[{]/.test(beginning) ? 'json' : 'other'
}

/** The name of a field may begin with a bracket, too: `[0]=a`. */
function asForm(beginning: string): Looks {
  if (beginning === '' || beginning === '[') return 'unknown'
  return /^(?:\{|\[[[{"])/.test(beginning) ? 'json' : 'other'
}

/** White space, and the byte order mark that some put first. */
function isBefore(byte: number): boolean {
  return byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf
}

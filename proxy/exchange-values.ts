import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { pathOf } from '../journal/entry.ts'
import { fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'
import { bringsBack, handsOut, isTextual } from './bearing.ts'
import { sentCookies, setCookies } from './cookie-pairs.ts'
import { eachOpaqueValue, keyOfText, type ValueKey } from './opaque-values.ts'

// The values of an exchange by which a use is told from its producer: opaque ones wherever they stand,
// and, whatever they look like, cookies as a whole and the entity tag of a resource.

/** A body beyond it, as it is on the wire, is not looked into; neither is more of a head. */
export const MOST_LOOKED_INTO = 64 * 1024

/** Of one that is compressed, once it is not. */
const MOST_INFLATED = 512 * 1024

export interface RequestValues {
  target: string
  fields: RawFields
  body: Buffer
}

export interface AnswerValues {
  /** Of the request. */
  target: string
  fields: RawFields
  body: Buffer
}

type Visit = (key: ValueKey) => void

/** What a request may have of earlier answers. */
export function eachValueSent({ target, fields, body }: RequestValues, visit: Visit): void {
  const head = new HeadText(target)
  for (let i = 0; i < fields.length; i += 2) {
    if (bringsBack(fields[i]!)) head.add(fields[i + 1]!)
  }
  eachOpaqueValue(head.bytes(), visit)
  for (const pair of sentCookies(fields)) visit(keyOfCookie(pair))
  for (const name of TAGGED) {
    for (const tag of fieldValues(fields, name)) visitTag(target, tag, visit)
  }
  eachValueOfBody(fields, body, visit)
}

/** The same without what only answers or the client's memory put into fields: its target and body. */
export function eachValueMadeByClient({ target, fields, body }: RequestValues, visit: Visit): void {
  eachOpaqueValue(new HeadText(target).bytes(), visit)
  eachValueOfBody(fields, body, visit)
}

/** What an answer may have produced. */
export function eachValueAnswered({ target, fields, body }: AnswerValues, visit: Visit): void {
  let head: HeadText | null = null
  for (let i = 0; i < fields.length; i += 2) {
    if (handsOut(fields[i]!)) (head ??= new HeadText('')).add(fields[i + 1]!)
  }
  if (head !== null) {
    eachOpaqueValue(head.bytes(), visit)
    const tag = fieldValue(fields, 'etag')
    if (tag !== undefined) visitTag(target, tag, visit)
    for (const pair of setCookies(fields)) visit(keyOfCookie(pair))
  }
  eachValueOfBody(fields, body, visit)
}

export function keyOfCookie(pair: string): ValueKey {
  return keyOfText(`cookie ${pair}`)
}

const TAGGED = ['if-match', 'if-none-match']

/** A tag such as `"1"` says something of its own resource only; one that is opaque was visited. */
function visitTag(target: string, tag: string, visit: Visit): void {
  let kind: 'short' | 'opaque' = 'short'
  eachOpaqueValue(Buffer.from(tag, 'latin1'), () => (kind = 'opaque'))
  if (kind === 'short') visit(keyOfText(`tag ${pathOf(target)} ${tag}`))
}

function eachValueOfBody(fields: RawFields, body: Buffer, visit: Visit): void {
  if (body.length < 8) return
  const type = fieldValue(fields, 'content-type')
  if (type !== undefined && !isTextual(type) && !MULTIPART.test(type)) return
  const bytes = body.length > MOST_LOOKED_INTO ? body.subarray(0, MOST_LOOKED_INTO) : body
  const coding = fieldValue(fields, 'content-encoding')
  const plain = coding === undefined ? bytes : inflated(bytes, coding)
  const isForm = type !== undefined && FORM.test(type) && plain.includes(0x25)
  eachOpaqueValue(
    isForm ? Buffer.from(unescaped(plain.toString('latin1')), 'latin1') : plain,
    visit,
  )
}

const MULTIPART = /^\s*multipart\//i
const FORM = /^\s*application\/x-www-form-urlencoded\b/i
const NOTHING = Buffer.alloc(0)

function inflated(bytes: Buffer, coding: string): Buffer {
  const inflate = INFLATES[coding.trim().toLowerCase()]
  try {
    return inflate?.(bytes, { maxOutputLength: MOST_INFLATED }) ?? NOTHING
  } catch {
    // It is longer, or not what it says.
    return NOTHING
  }
}

const INFLATES: Record<string, typeof gunzipSync | undefined> = {
  ...{ gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync },
  br: (bytes, options) =>
    brotliDecompressSync(bytes, { maxOutputLength: options!.maxOutputLength! }),
  identity: (bytes) => bytes as ReturnType<typeof gunzipSync>,
}

/** `%2F` and the like undone: the two digits would run into what follows them. */
function unescaped(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

/** Texts of one head side by side as bytes; one at a time, in memory that is used again. */
class HeadText {
  #length = 0

  constructor(target: string) {
    this.add(target)
  }

  add(text: string): void {
    const plain = text.includes('%') ? unescaped(text) : text
    if (this.#length + plain.length >= HEAD.length) return
    this.#length += HEAD.write(plain, this.#length, 'latin1')
    HEAD[this.#length++] = 0x20
  }

  bytes(): Buffer {
    return HEAD.subarray(0, this.#length)
  }
}

const HEAD = Buffer.alloc(MOST_LOOKED_INTO)

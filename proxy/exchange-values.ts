import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { pathOf } from '../journal/entry.ts'
import { fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'
import { bringsBack, handsOut, isReadable } from './bearing.ts'
import { newCookies, sentCookies, setCookies } from './cookie-pairs.ts'
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
  let head = target
  for (let i = 0; i < fields.length; i += 2) {
    if (bringsBack(fields[i]!)) head += ` ${fields[i + 1]!}`
  }
  eachOpaqueValue(bytesOf(head), visit)
  for (const pair of sentCookies(fields)) visit(keyOfCookie(pair))
  for (const tag of fieldValues(fields, 'if-match')) visitTag(target, tag, visit)
  eachValueOfBody(fields, body, visit)
}

/** The same without what only answers or the client's memory put into fields: its target and body. */
export function eachValueMadeByClient({ target, fields, body }: RequestValues, visit: Visit): void {
  eachOpaqueValue(bytesOf(target), visit)
  eachValueOfBody(fields, body, visit)
}

/** What an answer may have produced. */
export function eachValueAnswered({ target, fields, body }: AnswerValues, visit: Visit): void {
  let head = ''
  for (let i = 0; i < fields.length; i += 2) {
    if (handsOut(fields[i]!)) head += ` ${fields[i + 1]!}`
  }
  if (head !== '') {
    eachOpaqueValue(bytesOf(head), visit)
    const tag = fieldValue(fields, 'etag')
    if (tag !== undefined) visitTag(target, tag, visit)
    for (const pair of setCookies(fields)) visit(keyOfCookie(pair))
  }
  eachValueOfBody(fields, body, visit)
}

/** What is known as a whole of what an answer produced, and its request did not have. */
export function eachKeyProduced(
  { target, fields }: Pick<RequestValues, 'target' | 'fields'>,
  answer: RawFields,
  visit: Visit,
): void {
  const tag = fieldValue(answer, 'etag')
  if (tag !== undefined && fieldValue(fields, 'if-none-match') !== tag) visitTag(target, tag, visit)
  for (const pair of newCookies(fields, answer)) visit(keyOfCookie(pair))
}

function keyOfCookie(pair: string): ValueKey {
  return keyOfText(`cookie ${pair}`)
}

/** A tag such as `"1"` says something of its own resource only; one that is opaque was visited. */
function visitTag(target: string, tag: string, visit: Visit): void {
  let kind: 'short' | 'opaque' = 'short'
  eachOpaqueValue(bytesOf(tag), () => (kind = 'opaque'))
  if (kind === 'short') visit(keyOfText(`tag ${pathOf(target)} ${tag}`))
}

/** Of the body of a message with those fields. */
export function eachValueOfBody(fields: RawFields, body: Buffer, visit: Visit): void {
  if (body.length === 0) return
  const type = fieldValue(fields, 'content-type')
  if (type !== undefined && !isReadable(type)) return
  const bytes = body.length > MOST_LOOKED_INTO ? body.subarray(0, MOST_LOOKED_INTO) : body
  const coding = fieldValue(fields, 'content-encoding')
  eachOpaqueValue(coding === undefined ? bytes : inflated(bytes, coding), visit)
}

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

/** Texts of one head side by side as bytes, in memory that is used again: for one caller at a time. */
function bytesOf(texts: string): Buffer {
  const length = HEAD.write(texts, 0, 'latin1')
  return HEAD.subarray(0, length)
}

const HEAD = Buffer.alloc(MOST_LOOKED_INTO)

import { fieldValue, withFieldValue, type RawFields } from '../wire/fields.ts'
import { decodedBody } from './coding.ts'
import { walkFields } from './header-text.ts'
import { MARK, walkJson } from './json-text.ts'
import { boundaryOf, walkMultipart } from './multipart-text.ts'
import { readPage, readPlain } from './page-text.ts'
import { within, type Visit } from './site.ts'
import { walkQuery, walkUrl } from './url-text.ts'
import { deep, replaced } from './value-text.ts'
import { walkXml } from './xml-text.ts'

/** What is looked at of a request: the body as its bytes, or nothing. */
export interface RequestParts {
  /** As sent: latin-1, query included. */
  target: string
  fields: RawFields
  body: Buffer | null
}

/**
 * Shows every value of a request and answers it with what was replaced; the same value where
 * nothing was. `beforeBody` answers what takes back all that the body showed, for it may turn out
 * unreadable half-way.
 */
export function walkRequest(
  parts: RequestParts,
  visit: Visit,
  beforeBody: () => () => void = () => () => {},
): RequestParts {
  const whole = deep(visit)
  const target = walkUrl(parts.target, null, whole)
  const fields = walkFields(parts.fields, whole)
  if (target === parts.target && fields === parts.fields && parts.body === null) return parts
  const body =
    parts.body === null ? null : requestBody(parts.body, parts.fields, whole, beforeBody())
  if (body !== parts.body && body !== null) {
    const length = String(body.length)
    return { target, fields: withFieldValue(fields, 'content-length', length), body }
  }
  return target === parts.target && fields === parts.fields ? parts : { target, fields, body }
}

function requestBody(body: Buffer, fields: RawFields, visit: Visit, takeBack: () => void): Buffer {
  if (body.length === 0) return body
  const syntax = syntaxOf(fields, body)
  if (syntax === 'other') return body
  const decoded = decodedBody(body, fields)
  if (typeof decoded === 'string') return body
  const text = decoded.bytes.toString('latin1')
  const now = requestText(text, unlessJson(syntax, text), fields, visit)
  if (now === undefined) takeBack()
  return now === undefined || now === text ? body : decoded.encode(Buffer.from(now, 'latin1'))
}

function requestText(
  text: string,
  syntax: Syntax,
  fields: RawFields,
  visit: Visit,
): string | undefined {
  switch (syntax) {
    case 'json':
      return walkJson(text, null, visit)
    case 'form':
      return walkQuery(text, null, 'form', visit)
    case 'multipart':
      return walkMultipart(text, boundaryOf(fieldValue(fields, 'content-type') ?? '') ?? '', visit)
    case 'xml':
      return walkXml(text, visit)
    case 'plain':
      // A text that is nothing but one value; within longer text nothing is replaced.
      return /\s/.test(text) ? text : replaced(text, within(null, 'text'), visit)
    case 'html':
    case 'other':
      return text
  }
}

/** What is looked at of an answer. */
export interface AnswerParts {
  fields: RawFields
  body: Buffer | null
}

/** Shows every value of an answer, but for names of members. Answers whether its body could be read, or had nothing to read. */
export function readAnswer({ fields, body }: AnswerParts, visit: Visit): 'read' | 'unreadable' {
  const whole = deep((value, site) => (site.syntax === 'member' ? undefined : visit(value, site)))
  walkFields(fields, whole)
  return body === null || body.length === 0 ? 'read' : readBody(body, fields, whole)
}

function readBody(body: Buffer, fields: RawFields, visit: Visit): 'read' | 'unreadable' {
  const said = syntaxOf(fields, body)
  if (said === 'other') return 'unreadable'
  const decoded = decodedBody(body, fields)
  if (typeof decoded === 'string') return 'unreadable'
  const text = decoded.bytes.toString('latin1')
  const syntax = unlessJson(said, text)
  if (syntax === 'html') readPage(text, visit)
  else if (syntax === 'plain') readPlain(text, visit)
  else if (requestText(text, syntax, fields, visit) === undefined) return 'unreadable'
  return 'read'
}

type Syntax = 'json' | 'form' | 'multipart' | 'xml' | 'html' | 'plain' | 'other'

function syntaxOf(fields: RawFields, body: Buffer): Syntax {
  const type = fieldValue(fields, 'content-type')?.toLowerCase()
  if (type === undefined) return OPENS_JSON.test(body.toString('latin1', 0, 4)) ? 'json' : 'other'
  if (type.startsWith('application/json') || /^[^;]*\bjson\b/.test(type)) return 'json'
  if (type.startsWith('application/x-www-form-urlencoded')) return 'form'
  if (type.startsWith('multipart/form-data')) return 'multipart'
  if (type.startsWith('text/html')) return 'html'
  if (/^[^;]*\bxml\b/.test(type)) return 'xml'
  return type.startsWith('text/') ? 'plain' : 'other'
}

const OPENS_JSON = /^(?:\xef\xbb\xbf)?[[{]/
const MAY_BE_JSON = /^(?:\xef\xbb\xbf)?\s*[[{]/

/** JSON is often sent as something else: curl calls it a form, and fetch a text, if they are told nothing. */
function unlessJson(said: Syntax, text: string): Syntax {
  if ((said !== 'plain' && said !== 'form') || !MAY_BE_JSON.test(text)) return said
  try {
    JSON.parse(text.startsWith(MARK) ? text.slice(MARK.length) : text)
    return 'json'
  } catch {
    return said
  }
}

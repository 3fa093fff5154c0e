import { InvalidHead, type AnswerHead, type RequestHead } from './client.ts'
import { fieldValue, fieldValues, type RawFields } from './fields.ts'

// Heads of HTTP/1.1 as text, latin-1, one code point a byte (RFC 9112 sections 2 to 5). What the
// grammar does not have is neither written nor read, and nothing is repaired.

/**
 * With a Connection that says whether the connection is kept, unless the fields have one: what keeps
 * to HTTP/1.0 asks for it. Throws an InvalidHead.
 */
export function writeRequestHead(
  { method, target, fields }: RequestHead,
  connection: 'keep-alive' | 'close',
): string {
  checkStart(method, target)
  const start = `${method} ${target} HTTP/1.1\r\n${writeFields(fields)}`
  if (fieldValue(fields, 'connection') !== undefined) return `${start}\r\n`
  return `${start}Connection: ${connection}\r\n\r\n`
}

/** Throws an InvalidHead. */
export function checkStart(method: string, target: string): void {
  if (!TOKEN.test(method)) throw new InvalidHead(`a method ${JSON.stringify(method)}`)
  if (!TARGET.test(target)) throw new InvalidHead(`a target ${JSON.stringify(target)}`)
}

/** Throws an InvalidHead. */
export function checkFields(fields: RawFields): void {
  for (let i = 0; i < fields.length; i += 2) checkField(fields[i]!, fields[i + 1]!)
}

function checkField(name: string, value: string): void {
  if (!TOKEN.test(name)) throw new InvalidHead(`a field named ${JSON.stringify(name)}`)
  if (NOT_IN_VALUES.test(value)) throw new InvalidHead(`a value of ${name}`)
}

/** As lines, each with its end. Throws an InvalidHead. */
export function writeFields(fields: RawFields): string {
  let text = ''
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    const value = fields[i + 1]!
    checkField(name, value)
    text += `${name}: ${value}\r\n`
  }
  return text
}

/** Of a head without its last, empty line. Throws an InvalidMessage. */
export function readAnswerHead(text: string): AnswerHead {
  const end = text.indexOf('\r\n')
  const start = STATUS_LINE.exec(end === -1 ? text : text.slice(0, end))
  if (start === null) throw new InvalidMessage('a first line that is none of HTTP/1.1')
  // Nobody goes by a reason: what may not stand in it is left out, and the answer is one all the same.
  const [, httpVersion = '', status, said = ''] = start
  const reason = said.replaceAll(NOT_IN_REASONS, '')
  const fields = end === -1 ? [] : readFields(text, end + 2)
  return { status: Number(status), reason, fields, httpVersion }
}

/** Of a head without its last, empty line. Throws an InvalidMessage. */
export function readRequestHead(text: string): ReceivedHead {
  const end = text.indexOf('\r\n')
  const start = REQUEST_LINE.exec(end === -1 ? text : text.slice(0, end))
  if (start === null) throw new InvalidMessage('a first line that is none of HTTP/1.1')
  const [, method = '', target = '', httpVersion = ''] = start
  const fields = end === -1 ? [] : readFields(text, end + 2)
  return { method, target, fields, httpVersion }
}

/** A request's head, as it came. */
export interface ReceivedHead extends RequestHead {
  fields: string[]
  /** `1.0` or `1.1`. */
  httpVersion: string
}

/** What came is nothing that HTTP has, or could be read in more than one way; its message is a thing. */
export class InvalidMessage extends Error {
  readonly flaw: 'malformed' | 'too_large'

  constructor(what: string, flaw: 'malformed' | 'too_large' = 'malformed') {
    super(what)
    this.flaw = flaw
  }
}

/** What a head ends with. */
export const EMPTY_LINE = Buffer.from('\r\n\r\n')

/** Of a Content-Length (RFC 9110 section 8.6); beyond 2^53 - 1 nobody counts. */
export function isLength(value: string): boolean {
  return /^\d+$/.test(value) && Number.isSafeInteger(Number(value))
}

/** Whether a connection may carry another exchange behind a message with these fields (RFC 9112 section 9.3). */
export function isKept(fields: RawFields, httpVersion: string): boolean {
  if (fieldValue(fields, 'connection') === undefined) return httpVersion !== '1.0'
  const options = fieldValues(fields, 'connection').join().toLowerCase().split(',')
  const says = (option: string) => options.some((one) => one.trim() === option)
  return !says('close') && (httpVersion !== '1.0' || says('keep-alive'))
}

/** From `at` on, a line each. Throws an InvalidMessage. */
export function readFields(text: string, at = 0): string[] {
  const fields: string[] = []
  while (at < text.length) {
    let end = text.indexOf('\r\n', at)
    if (end === -1) end = text.length
    const colon = text.indexOf(':', at)
    if (colon === -1 || colon > end) throw new InvalidMessage('a field without a colon')
    const name = text.slice(at, colon)
    // Neither space before a colon nor a line that goes on the one before it (RFC 9112 section 5).
    if (!TOKEN.test(name)) throw new InvalidMessage('a field whose name is none')
    const value = trimmed(text, colon + 1, end)
    if (NOT_IN_VALUES.test(value)) throw new InvalidMessage(`a value of ${name} that is none`)
    fields.push(name, value)
    at = end + 2
  }
  return fields
}

/** Without the white space around it, which is space and tab alone (RFC 9110 section 5.6.3). */
function trimmed(text: string, from: number, to: number): string {
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Which of them there are in HTTP, whoever reads them must look at. */
const TARGET = /^[\x21-\x7e]+$/

const NOT_IN_VALUES = /[^\t\x20-\x7e\x80-\xff]/
const NOT_IN_REASONS = new RegExp(NOT_IN_VALUES, 'g')

/** RFC 9112 section 3. */
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/(1\.[01])$/

/** RFC 9112 section 4; the space before a reason that is empty may be missing. */
const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-9]\d\d)(?: ([^\r\n]*))?$/

import { InvalidAnswer, InvalidHead, type AnswerHead, type RequestHead } from './client.ts'
import { fieldValue, type RawFields } from './fields.ts'

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

/** Of a head without its last, empty line. Throws an InvalidAnswer. */
export function readAnswerHead(text: string): AnswerHead {
  const end = text.indexOf('\r\n')
  const start = STATUS_LINE.exec(end === -1 ? text : text.slice(0, end))
  if (start === null) throw new InvalidAnswer('its first line is none of HTTP/1.1')
  // Nobody goes by a reason: what may not stand in it is left out, and the answer is one all the same.
  const [, httpVersion = '', status, said = ''] = start
  const reason = said.replaceAll(NOT_IN_REASONS, '')
  const fields = end === -1 ? [] : readFields(text, end + 2)
  return { status: Number(status), reason, fields, httpVersion }
}

/** From `at` on, a line each. Throws an InvalidAnswer. */
export function readFields(text: string, at = 0): string[] {
  const fields: string[] = []
  while (at < text.length) {
    let end = text.indexOf('\r\n', at)
    if (end === -1) end = text.length
    const colon = text.indexOf(':', at)
    if (colon === -1 || colon > end) throw new InvalidAnswer('a line of its head has no colon')
    const name = text.slice(at, colon)
    // Neither space before a colon nor a line that goes on the one before it (RFC 9112 section 5).
    if (!TOKEN.test(name)) throw new InvalidAnswer('a field of its head has no name of HTTP')
    const value = trimmed(text, colon + 1, end)
    if (NOT_IN_VALUES.test(value)) throw new InvalidAnswer(`the value of its ${name}`)
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

/** Whatever a client may mean by it, it must end where the request line's next space is. */
const TARGET = /^[\x21-\x7e\x80-\xff]+$/

const NOT_IN_VALUES = /[^\t\x20-\x7e\x80-\xff]/
const NOT_IN_REASONS = new RegExp(NOT_IN_VALUES, 'g')

/** RFC 9112 section 4; the space before a reason that is empty may be missing. */
const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-9]\d\d)(?: ([^\r\n]*))?$/

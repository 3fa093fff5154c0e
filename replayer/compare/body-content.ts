import { withoutCodings } from '../../wire/content-coding.ts'
import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { parseJson, type Json } from './json-value.ts'

/** A body as it is compared. */
export type Content =
  | { kind: 'json'; value: Json; text: string }
  | { kind: 'lines'; lines: readonly string[] }
  | { kind: 'bytes'; bytes: Buffer }

/** Bytes that a coding may make of a body; one that makes more is compared as it came. */
const MOST_DECODED = 32 * 1024 * 1024

/** What the bytes of a whole body say, by its type and, without one, by its looks. */
export function contentOf(fields: RawFields, bytes: Buffer): Content {
  const decoded = withoutCodings(fields, bytes, { most: MOST_DECODED, cut: 'refused' })
  if (decoded === null) return { kind: 'bytes', bytes }
  const type = typeOf(fields)
  if (type === 'binary') return { kind: 'bytes', bytes: decoded }
  const text = textFrom(fields, decoded)
  if (text === null) return { kind: 'bytes', bytes: decoded }
  if (type === 'json' || (type === 'unknown' && /^\s*[[{]/.test(text))) {
    const value = parseJson(text)
    if (value !== undefined) return { kind: 'json', value, text }
  }
  return { kind: 'lines', lines: type === 'xml' ? xmlLines(text) : text.split(/\r\n|\n|\r/) }
}

/** What JSON is by lines, where the other one is none. */
export function asLines(content: Exclude<Content, { kind: 'bytes' }>): readonly string[] {
  return content.kind === 'lines' ? content.lines : content.text.split(/\r\n|\n|\r/)
}

/** Whether it is of a type that can be looked into, if it is there whole. */
export function isReadable(fields: RawFields): boolean {
  return typeOf(fields) !== 'binary'
}

function typeOf(fields: RawFields): 'json' | 'xml' | 'text' | 'binary' | 'unknown' {
  const type = (fieldValue(fields, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type === '') return 'unknown'
  if (/[/+]json$/.test(type)) return 'json'
  if (/[/+]xml$/.test(type) && type !== 'application/xhtml+xml') return 'xml'
  if (type.startsWith('text/') || TEXTS.test(type)) return 'text'
  return 'binary'
}

const TEXTS =
  /^application\/(xhtml\+xml|(x-)?(javascript|ecmascript|yaml|www-form-urlencoded|ndjson|jsonlines|toml|sql|graphql|sh)|jsonl|.*\+yaml|json-seq)$|^multipart\/(mixed|form-data|related)$/

/** Null where it is no text in its character set. */
function textFrom(fields: RawFields, bytes: Buffer): string | null {
  const type = fieldValue(fields, 'content-type') ?? ''
  const charset = /;\s*charset="?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8'
  if (bytes.includes(0) && !/^utf-?16/i.test(charset)) return null
  try {
    const text = decoderOf(charset).decode(bytes)
    const boundary = /;\s*boundary="?([^";]+)/i.exec(type)?.[1]
    // It is chosen anew each time.
    return boundary === undefined ? text : text.replaceAll(`--${boundary}`, '--boundary')
  } catch {
    return null
  }
}

/** Throws for a character set that nobody knows. */
function decoderOf(charset: string): typeof UTF_8 {
  // Making one takes longer than most bodies do.
  return /^utf-?8$/i.test(charset) ? UTF_8 : new TextDecoder(charset, { fatal: true })
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/** An element or a text a line, however it was laid out. */
function xmlLines(text: string): string[] {
  return text
    .split(/\r\n|\n|\r|(?<=>)(?=<)/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

import { parseMultipart, type Part } from './multipart.ts'

// What the bytes of a body can be shown as, by their type and, without one, by their looks.

export type ViewName = 'json' | 'form' | 'parts' | 'image' | 'text' | 'hex'

export interface Content {
  bytes: Uint8Array<ArrayBuffer>
  /** In its character set; null where it is none. */
  text: string | null
  json: unknown
  form: readonly [name: string, value: string][]
  parts: readonly Part[]
  /** Its type without parameters. */
  type: string
  /** The best one first. */
  views: readonly ViewName[]
}

/** Types that a browser draws without running anything; SVG is none of them. */
const IMAGES = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
])

/** What JSON is called where nobody says what it is: by curl a form, by fetch a text. */
const UNSAID = /^(text\/plain|application\/x-www-form-urlencoded|)$/

/** A number as it was written: parsed, it might be another one. */
export class Digits {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export function contentOf(bytes: Uint8Array<ArrayBuffer>, contentType: string): Content {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  const text = textOf(bytes, contentType)
  const isJson = /[/+]json$/.test(type) || (UNSAID.test(type) && /^\s*[[{]/.test(text ?? ''))
  const json = isJson && text !== null ? parseJson(text) : undefined
  const isForm = type === 'application/x-www-form-urlencoded' && json === undefined
  const form = isForm && text !== null ? [...new URLSearchParams(text)] : []
  const parts = type.startsWith('multipart/') ? parseMultipart(bytes, contentType) : []
  const views: ViewName[] = []
  if (json !== undefined) views.push('json')
  if (form.length > 0) views.push('form')
  if (parts.length > 0) views.push('parts')
  if (IMAGES.has(type)) views.push('image')
  if (text !== null) views.push('text')
  return { bytes, text, json, form, parts, type, views: [...views, 'hex'] }
}

/** Null: there is something that is none in the character set that it says. */
function textOf(bytes: Uint8Array<ArrayBuffer>, contentType: string): string | null {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  if (!/^utf-?16/i.test(charset) && bytes.includes(0)) return null
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Numbers keep their digits; undefined: it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits)
  } catch {
    return undefined
  }
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value
}

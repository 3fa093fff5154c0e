// A recorded request as a command or code that sends it again. What is not known (the value of a
// secret, a body that is no text) is named, so that somebody can put it there.

/** A request as the API shows it: without the values of secrets, which are null in fields. */
export interface Copied {
  id: number
  method: string
  target: string
  request_headers: readonly (readonly [name: string, value: string | null])[]
  /** Names of fields that were left out, as they are not kept here; others stand in parentheses. */
  withheld: readonly string[]
  /** Null: there is none, or it is too large to stand in a text. */
  request_body: { encoding: 'utf8' | 'base64'; data: string } | null
  request_length: number
}

export const COPY_FORMS = ['curl', 'fetch', 'httpie'] as const
export type CopyForm = (typeof COPY_FORMS)[number]

/** The command or code, without an end of line behind it. */
export function copyAs(form: CopyForm, entry: Copied): string {
  return WRITTEN[form](entry)
}

const WRITTEN: Readonly<Record<CopyForm, (entry: Copied) => string>> = {
  curl: asCurl,
  fetch: asFetch,
  httpie: asHttpie,
}

interface Request {
  url: string
  fields: readonly [name: string, value: string][]
  body: { kind: 'none' } | { kind: 'text'; text: string } | { kind: 'file'; name: string }
}

/** What each client says by itself, of the connection or of the body. */
const OWN = new Set([
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'expect',
])

function requestOf(entry: Copied): Request {
  const host = entry.request_headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  // Of any other scheme it would be sent by something else than HTTP, or read from a file.
  const isAbsolute = /^https?:\/\//i.test(entry.target)
  return {
    url: isAbsolute ? entry.target : `http://${host ?? 'localhost'}${entry.target}`,
    fields: [...entry.request_headers, ...leftOut(entry)]
      .filter(([name]) => !OWN.has(name.toLowerCase()))
      .map(([name, value]) => [name, value ?? placeholderOf(name)]),
    body: bodyOf(entry),
  }
}

/** Those that still stand there are not named twice. */
function leftOut({ request_headers: fields, withheld }: Copied): [name: string, value: null][] {
  const there = new Set(fields.map(([name]) => name.toLowerCase()))
  const isField = (name: string) => !name.startsWith('(') && !there.has(name.toLowerCase())
  return withheld.filter(isField).map((name) => [name, null])
}

function bodyOf({ id, request_body: body, request_length: length }: Copied): Request['body'] {
  if (length === 0) return { kind: 'none' }
  if (body?.encoding === 'utf8' && !body.data.includes('\0'))
    return { kind: 'text', text: body.data }
  return { kind: 'file', name: `entry-${id}-request` }
}

/** `AUTHORIZATION_NOT_SHOWN`: plainly not the value. */
function placeholderOf(name: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_NOT_SHOWN`
}

function asCurl(entry: Copied): string {
  const { url, fields, body } = requestOf(entry)
  const parts = [`curl -X ${word(entry.method)} ${quoted(url)}`]
  // As it was received: curl would read patterns and dots in it.
  if (/[[\]{}]/.test(url)) parts.push('--globoff')
  if (/\/\.\.?(\/|\?|$)/.test(url)) parts.push('--path-as-is')
  for (const [name, value] of fields) {
    // With a semicolon it is sent without a value; with a colon it would be left out.
    parts.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`)
  }
  if (body.kind === 'text') parts.push(`--data-raw ${quoted(body.text)}`)
  if (body.kind === 'file') parts.push(`--data-binary @${body.name}`)
  return parts.join(' \\\n  ')
}

function asHttpie(entry: Copied): string {
  const { url, fields, body } = requestOf(entry)
  // In a script, where no terminal is its input, it would wait for a body there.
  const input = body.kind === 'file' ? '' : '--ignore-stdin '
  const parts = [`http ${input}${word(entry.method)} ${quoted(url)}`]
  for (const [name, value] of fields) {
    parts.push(quoted(value === '' ? `${name};` : `${name}:${value}`))
  }
  if (body.kind === 'text') parts.push(`--raw ${quoted(body.text)}`)
  if (body.kind === 'file') parts.push(`< ${body.name}`)
  return parts.join(' \\\n  ')
}

function asFetch(entry: Copied): string {
  const { url, fields, body } = requestOf(entry)
  const lines = [`await fetch(${code(url)}, {`, `  method: ${code(entry.method)},`]
  if (fields.length > 0) {
    const pairs = fields.map(([name, value]) => `    [${code(name)}, ${code(value)}],`)
    lines.push('  headers: [', ...pairs, '  ],')
  }
  if (body.kind === 'text') lines.push(`  body: ${code(body.text)},`)
  if (body.kind === 'file') {
    lines.push(`  body: await (await import('node:fs/promises')).readFile(${code(body.name)}),`)
  }
  return [...lines, '})'].join('\n')
}

/**
 * One word for a shell. A terminal takes control characters that are pasted as keys, within quotes
 * too: an interrupt, the end of the paste, and then whatever stands behind. So they are spelt, as bash,
 * zsh and ksh read it (and POSIX since 2024).
 */
function quoted(text: string): string {
  if (!CONTROLS.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const spelt = text.replaceAll(/[\\']/g, '\\$&').replaceAll(CONTROL, bytesOf)
  return `$'${spelt}'`
}

/** A text of JavaScript; JSON lets some control characters stand as they are. */
function code(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7f-\x9f]/g,
    (one) => `\\u00${one.charCodeAt(0).toString(16)}`,
  )
}

/** C0 but for tabs and ends of lines, DEL, C1. */
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/
const CONTROL = new RegExp(CONTROLS, 'g')

/** In octal: three digits end by themselves, whatever follows. */
function bytesOf(control: string): string {
  const bytes = [...new TextEncoder().encode(control)]
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

function word(text: string): string {
  return /^[\w-]+$/.test(text) ? text : quoted(text)
}

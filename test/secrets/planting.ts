import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { RawOrigin } from '../support/raw-http.ts'

// Where secrets are planted, and what finds them again in whatever comes out.

/** By where they stand. None of them may stand anywhere in clear but on the wire. */
export const PLANTED = {
  authorization: 'planted-bearer-1f9c',
  cookie: 'planted-cookie-2f9c',
  configured: 'planted-key-3f9c',
  setCookie: 'planted-session-4f9c',
  json: 'planted-json-5f9c',
  nested: 'planted-nested-6f9c',
  escaped: 'planted-escaped-7f9c',
  number: '7318264950318',
  text: 'planted-text-3e9c',
  form: 'planted-form-8f9c',
  part: 'planted-part-9f9c',
  partOfJson: 'planted-inner-af9c',
  query: 'planted-query-bf9c',
  answer: 'planted-answer-cf9c',
  answerForm: 'planted-grant-df9c',
  location: 'planted-location-ef9c',
  referer: 'planted-referer-0e9c',
  large: 'planted-large-1e9c',
  gzip: 'planted-gzip-2e9c',
} as const

const NAMES = Object.keys(PLANTED) as (keyof typeof PLANTED)[]

/** As it may be written: plain, or as PostgreSQL, base64 and URLs write bytes. */
export function isIn(text: string, secret: string): boolean {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const escaped = `%${hex.replaceAll(/..(?!$)/g, '$&%')}`
  const based = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  const forms = [
    secret,
    hex,
    escaped,
    ...based,
    ...based.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
  ]
  const lower = text.toLowerCase()
  return forms.some((form) => text.includes(form)) || lower.includes(hex) || lower.includes(escaped)
}

export function found(text: string, extra: Record<string, string> = {}): string[] {
  const all: Record<string, string> = { ...PLANTED, ...extra }
  return Object.keys(all).filter((name) => isIn(text, all[name]!))
}

/** What stands in any file below a folder, and in which. */
export function foundBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const bytes = read(path)
      return NAMES.filter((name) => bytes.includes(PLANTED[name])).map((name) => `${path}: ${name}`)
    })
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    // It went while the folder was read.
    return Buffer.alloc(0)
  }
}

const BOUNDARY = 'b0undary'
const JSON_TYPE = 'application/json'

/** Requests that hold them, as they are sent through a proxy. */
export const REQUESTS: readonly {
  path: string
  type: string
  body: string | Buffer
  coding?: string
}[] = [
  {
    path: '/json',
    type: JSON_TYPE,
    body: `{"user": "anna", "password": "${PLANTED.json}", "deep": [{"auth": {"access_token": {"a": ["${PLANTED.nested}"]}}}],
      "\\u0070asswd": "${PLANTED.escaped}", "pin": ${PLANTED.number}, "message": ${JSON.stringify(JSON.stringify({ password: PLANTED.text }))}}`,
  },
  {
    path: '/form',
    type: 'application/x-www-form-urlencoded',
    body: `user=anna&%70assword=${PLANTED.form}&x=1`,
  },
  {
    path: '/parts',
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    body: [
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="user[password]"\r\n\r\n${PLANTED.part}\r\n`,
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: ${JSON_TYPE}\r\n\r\n`,
      `{"pin": "${PLANTED.partOfJson}"}\r\n--${BOUNDARY}--\r\n`,
    ].join(''),
  },
  { path: `/query?a=1&access_token=${PLANTED.query}&b=2`, type: 'text/plain', body: 'x' },
  {
    path: '/large',
    type: JSON_TYPE,
    body: JSON.stringify({
      a: 'b'.repeat(300_000),
      password: `${'c'.repeat(262_000)}${PLANTED.large}`,
      d: [1],
    }),
  },
  {
    path: '/gzip',
    type: JSON_TYPE,
    coding: 'gzip',
    body: gzipSync(`{"password":"${PLANTED.gzip}"}`),
  },
]

/** What the backend answers: secrets that differ each time, in a body and in its head. */
export function answerTo(target: string, n: number): { body: string; fields: string } {
  const cookie = `Set-Cookie: sid=${PLANTED.setCookie}-${n}; Path=/\r\n`
  if (target.startsWith('/form')) {
    return {
      body: `id_token=${PLANTED.answerForm}-${n}&x=1`,
      fields: `${cookie}Content-Type: application/x-www-form-urlencoded\r\n`,
    }
  }
  const location = `Location: /cb#access_token=${PLANTED.location}-${n}&x=1\r\n`
  return {
    body: `{"id": ${n}, "access_token": "${PLANTED.answer}-${n}"}`,
    fields: `${cookie}${location}Content-Type: ${JSON_TYPE}\r\n`,
  }
}

/** What each request brought of them, as the backend saw it. */
export function bodiesOf({ requests }: RawOrigin, from: number): string[] {
  return requests
    .slice(from, from + REQUESTS.length)
    .map(({ target, body }) => target + body.toString('latin1'))
}

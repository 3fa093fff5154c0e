import { valuesOf, type Field } from './message.ts'
import type { Seen } from './origin.ts'

/** Of a request what an intermediary has to pass on as it is. */
export interface Passed {
  method: string
  target: string
  fields: string[]
  body: string
  trailers: readonly Field[]
}

/** RFC 9110 section 7.6.1, and what an origin learns of a hop. */
const OF_ONE_HOP =
  /^(?:connection|keep-alive|proxy-connection|te|transfer-encoding|upgrade|trailer)$/

const UPSTREAM = 'upstream'

/** Whatever Connection says of them. */
const NEEDED = /^(?:host|content-length)$/

export function asPassedOn(seen: Seen): Passed {
  const named = valuesOf(seen, 'connection')
    .flatMap((value) => value.split(','))
    .map((option) => option.trim().toLowerCase())
  // Section 3.2.2 of RFC 9112: the authority of the target takes the place of Host.
  const [, authority, path = seen.target] = /^https?:\/\/([^/?]*)(.*)$/i.exec(seen.target) ?? []
  const fields = seen.fields.flatMap(([name, value]) => {
    const lower = name.toLowerCase()
    if (OF_ONE_HOP.test(lower)) return []
    if (named.includes(lower) && !NEEDED.test(lower)) return []
    if (lower !== 'host') return [`${name}: ${value}`]
    return [`${name}: ${(authority ?? value).replace(/^127\.0\.0\.1:\d+$/, UPSTREAM)}`]
  })
  // One of HTTP/1.0 may have none, and gets one.
  if (valuesOf(seen, 'host').length === 0) fields.unshift(`Host: ${UPSTREAM}`)
  return {
    method: seen.method,
    target: path.startsWith('/') || path === '*' ? path : `/${path}`,
    fields,
    body: seen.bytes.toString('latin1'),
    trailers: seen.trailers,
  }
}

import type { Entry } from '../../journal/entry.ts'
import { fieldValue } from '../../wire/fields.ts'
import { urlParts } from '../../aliases/url-text.ts'

// What an entry as it was recorded tells compaction.

/** What the answer of a request tells of what it made: its path, or its id; null: nothing. */
export function madeOf(entry: Entry): { path: string | null; id: string | null } | null {
  if (entry.status === null || entry.status < 200 || entry.status >= 300) return null
  const location = entry.responseHeaders && fieldValue(entry.responseHeaders, 'location')
  const path = location == null ? null : urlParts(location).path
  const id = idIn(entry.responseBody)
  return path === null && id === null ? null : { path, id }
}

/** Of an object, or of the one that it wraps. */
function idIn(body: Buffer | null): string | null {
  if (body === null || body.length === 0 || body.length > 1024 * 1024) return null
  if (!/^\s*\{/.test(body.toString('latin1', 0, 64))) return null
  try {
    const object = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    const wrapped = Object.values(object).filter(
      (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
    ) as Record<string, unknown>[]
    return ownId(object) ?? (wrapped.length === 1 ? ownId(wrapped[0]!) : null)
  } catch {
    return null
  }
}

function ownId({ id, _id }: Record<string, unknown>): string | null {
  const own = id ?? _id
  return typeof own === 'string' || typeof own === 'number' ? String(own) : null
}

/** Whether all that an answer brought can be read. */
export function isAnswerReadable(entry: Entry): boolean {
  return (
    entry.responseChunks === 0 &&
    entry.responseCapture !== 'truncated' &&
    entry.responseCapture !== 'aborted'
  )
}

/** Whether all can be read that a request may use: nobody looks into a picture. */
export function isRequestReadable({ requestChunks, requestCapture, contentType }: Entry): boolean {
  if (requestChunks === 0 && requestCapture === 'complete') return true
  return (
    contentType !== null &&
    /^(image|audio|video|font)\/|^application\/(octet-stream|zip|gzip|pdf)/i.test(contentType)
  )
}

import type { RequestHead } from '../../wire/client.ts'
import {
  endToEndFields,
  fieldValue,
  fieldValues,
  withFieldValue,
  withoutField,
  type RawFields,
} from '../../wire/fields.ts'
import type { Request } from '../request.ts'

/** Names the mark by which a recorder knows a replayed request. */
export const MARK = 'Reprise-Replay'

/** Where requests go, and under which name. */
export interface Route {
  target: URL
  /** Which Host is sent: the recorded one, or the target's own. */
  host: 'recorded' | 'target'
}

/**
 * The head that goes out: the fields that travel on (RFC 9110 section 7.6.1), framed for the body as
 * it is now, with the mark.
 */
export function wireHead(request: Request, mark: string, route: Route): RequestHead {
  const fields = withoutField(endToEndFields(request.fields), MARK_LOWER)
  return {
    method: request.method,
    target: targetOf(request.target, route.target),
    fields: withHost([...framed(request, fields), MARK, mark], route),
    httpVersion: request.httpVersion,
    te: fieldValue(request.fields, 'te'),
  }
}

const MARK_LOWER = MARK.toLowerCase()

/** Absolute forms and `*` go as they came: a base path has no place in them. */
function targetOf(target: string, { pathname }: URL): string {
  return target.startsWith('/') ? pathname.replace(/\/$/, '') + target : target
}

/** HTTP/1.0 may come without Host; it goes out as HTTP/1.1, which has one (RFC 9112 section 3.2). */
function withHost(fields: string[], { target, host }: Route): string[] {
  if (fieldValue(fields, 'host') === undefined) return ['Host', target.host, ...fields]
  return host === 'recorded' ? fields : withFieldValue(fields, 'host', target.host)
}

/**
 * Delimited as it was recorded: in chunks, or by its length, which follows a body that was changed.
 * A body without either goes in chunks; it came by HTTP/2, which needs no length, or was not kept whole.
 */
export function framed(request: Request, fields: RawFields): RawFields {
  const { body } = request
  const codings = fieldValues(request.fields, 'transfer-encoding')
  if (codings.length > 0) return [...fields, 'Transfer-Encoding', codings.join(', ')]
  const length = fieldValue(fields, 'content-length')
  if (length === undefined) {
    return body === null || (Buffer.isBuffer(body) && body.length === 0)
      ? fields
      : [...fields, 'Transfer-Encoding', 'chunked']
  }
  if (typeof body === 'function') return fields
  const now = String(body === null ? 0 : body.length)
  return Number(length) === Number(now) ? fields : withFieldValue(fields, 'content-length', now)
}

import type { components } from '../api/schema.d.ts'
import type { WholeEntry } from '../api/client.ts'

type Shown = components['schemas']['EntrySecrets']

export interface ShownSecret {
  where: string
  value: string
}

/** Whether something of it is hidden. */
export function hasSecrets(entry: WholeEntry): boolean {
  const fields = [...entry.request_headers, ...(entry.response_headers ?? [])]
  return (
    entry.masked.length > 0 ||
    entry.masked_pieces.length > 0 ||
    fields.some(([, value]) => value === null)
  )
}

/** What is hidden, in the order of the entry. */
export function secretsOf(entry: WholeEntry, shown: Shown): ShownSecret[] {
  const fields = (
    name: string,
    all: Shown['request_headers'],
    hidden: WholeEntry['request_headers'],
  ) =>
    hidden.flatMap(([field, value], i) =>
      value === null ? [{ where: `${name} ${field}`, value: all[i]?.[1] ?? '' }] : [],
    )
  const bytes = {
    target: latin1(shown.target),
    request: bytesOf(shown.request_body),
    response: bytesOf(shown.response_body),
  }
  return [
    ...fields('request', shown.request_headers, entry.request_headers),
    ...fields('response', shown.response_headers ?? [], entry.response_headers ?? []),
    ...entry.masked.map(({ in: within, offset, length }) => ({
      where: within === 'target' ? `target, from ${offset}` : `${within} body, from ${offset}`,
      value: new TextDecoder().decode(bytes[within].subarray(offset, offset + length)),
    })),
  ]
}

/** A target has one code point a byte. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (one) => one.codePointAt(0)!)
}

function bytesOf(body: Shown['request_body']): Uint8Array {
  if (body === null) return new Uint8Array()
  return body.encoding === 'utf8' ? new TextEncoder().encode(body.data) : latin1(atob(body.data))
}

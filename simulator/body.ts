import type { IncomingMessage } from 'node:http'

export type ReceivedBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large' }
  /** The client left before the end. */
  | { readonly kind: 'aborted' }

/**
 * Reads to the end in any case, holding at most `maxBytes`: a client that is still
 * sending when its answer comes and the connection closes may never see the answer.
 * How long a client may send is bounded by the server's request time-out.
 */
export async function receiveBody(
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<ReceivedBody> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch {
    return { kind: 'aborted' }
  }
  return size > maxBytes ? { kind: 'too_large' } : { kind: 'whole', bytes: Buffer.concat(chunks) }
}

/** Whatever the content type says. Undefined, which JSON cannot say, when it is not JSON. */
export function jsonOf(body: ReceivedBody): unknown {
  if (body.kind !== 'whole') return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body.bytes))
  } catch {
    return undefined
  }
}

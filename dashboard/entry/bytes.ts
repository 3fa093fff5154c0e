import { Refused } from '../api/client.ts'

/** How much of a body is shown; all of it can be saved. */
export const MOST_SHOWN = 1024 * 1024

export interface Shown {
  bytes: Uint8Array<ArrayBuffer>
  /** There is more than is shown. */
  isCut: boolean
  /** Its content codings could not be undone: these are the bytes as they were kept. */
  isCoded: boolean
}

export const bodyAddress = (id: number, side: 'request' | 'response') =>
  `/api/entries/${id}/bodies/${side}`

/** The beginning of a body with its codings undone, or as it was kept where they are not known. */
export async function readBody(
  id: number,
  side: 'request' | 'response',
  signal: AbortSignal,
): Promise<Shown> {
  const address = bodyAddress(id, side)
  try {
    return { ...(await begin(`${address}?coding=undone`, signal)), isCoded: false }
  } catch (error) {
    if (signal.aborted || (error instanceof Refused && error.status !== 400)) throw error
    return { ...(await begin(address, signal)), isCoded: true }
  }
}

async function begin(address: string, signal: AbortSignal): Promise<Omit<Shown, 'isCoded'>> {
  const answer = await fetch(address, { signal })
  if (!answer.ok)
    throw new Refused((await answer.json()) as ConstructorParameters<typeof Refused>[0])
  const reader = answer.body!.getReader()
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    pieces.push(value)
    length += value.length
    if (length > MOST_SHOWN) {
      await reader.cancel()
      break
    }
  }
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer())
  return { bytes: bytes.slice(0, MOST_SHOWN), isCut: length > MOST_SHOWN }
}

import { plainAnswer, startRawOrigin, type RawOrigin } from './raw-http.ts'

export interface HeldOrigin {
  origin: RawOrigin
  /** Answers one request each; those that came first stand first. */
  waiting: (() => void)[]
  /** Answers all of them, and all that come. */
  open: () => void
}

/** A backend that answers when it is let. */
export async function heldOrigin(): Promise<HeldOrigin> {
  const waiting: (() => void)[] = []
  let isOpen = false
  const origin = await startRawOrigin((_, socket) => {
    const answer = () => void socket.write(plainAnswer('', '201 Created'))
    if (isOpen) answer()
    else waiting.push(answer)
    return undefined
  })
  return {
    ...{ origin, waiting },
    open() {
      isOpen = true
      for (const answer of waiting.splice(0)) answer()
    },
  }
}

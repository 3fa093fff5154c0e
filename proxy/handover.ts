/** A moment in which what comes waits, until it is released. */
export interface Handover {
  over: Promise<void>
  release: () => void
}

export function beginHandover(): Handover {
  let release = () => {}
  const over = new Promise<void>((resolve) => (release = resolve))
  return { over, release }
}

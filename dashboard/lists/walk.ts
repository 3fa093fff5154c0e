import { useState } from 'react'
import { useKeys } from '../shell/keys.ts'

/** A list that is walked with j and k, and whose row Enter acts on; -1: none yet. */
export function useWalk(count: number, onEnter: (at: number) => void): number {
  const [at, setAt] = useState(-1)
  const next = () => setAt(Math.min(at + 1, count - 1))
  const previous = () => setAt(Math.max(at - 1, 0))
  useKeys({
    j: next,
    k: previous,
    Enter: () => {
      if (at >= 0 && at < count) onEnter(at)
    },
  })
  return at
}

import { useLayoutEffect, useRef } from 'react'

/** What each key does; `g j` is two keys one after the other. */
export type Keys = Readonly<Record<string, () => void>>

/** How long the second key of a pair is waited for, in ms. */
const PAIR = 1_000

/**
 * Listens to keys while nothing is typed into and no dialog is open: from the moment at which the
 * view is there, not from some time after it.
 */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  useLayoutEffect(() => {
    latest.current = keys
  })
  useLayoutEffect(() => {
    let first = { key: '', at: 0 }
    const pressed = (event: KeyboardEvent) => {
      // The second key of a pair is that of the page, and not one of a view besides.
      if (event.defaultPrevented || isTaken(event)) return
      if (event.metaKey || event.ctrlKey || event.altKey) return
      const isSecond = event.timeStamp - first.at < PAIR
      const pair = isSecond ? latest.current[`${first.key} ${event.key}`] : undefined
      const act = pair ?? latest.current[event.key]
      first = { key: event.key, at: event.timeStamp }
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
}

/** Somebody types, or presses what has the focus. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false
  if (document.querySelector('dialog[open]') !== null) return true
  if (target.closest('input:not([type=checkbox]), textarea, select') !== null) return true
  return key === 'Enter' && target.closest('a, button, summary, input') !== null
}

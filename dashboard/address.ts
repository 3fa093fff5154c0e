import { useSyncExternalStore, type MouseEvent } from 'react'

// What is shown is in the address, so that each view is a link and Back goes back.

export interface Place {
  path: string
  /** With its question mark, or empty. */
  search: string
}

let place = current()
const listeners = new Set<() => void>()

addEventListener('popstate', changed)

function current(): Place {
  return { path: location.pathname, search: location.search }
}

function changed(): void {
  place = current()
  for (const listen of listeners) listen()
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => place)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Goes to another view; Back comes back to this one. */
export function go(address: string): void {
  history.pushState(null, '', address)
  changed()
}

/** Changes the address of this view; Back goes to the one before it. */
export function become(address: string): void {
  history.replaceState(null, '', address)
  changed()
}

/** For a link within the page; a click that asks for a new tab or window is the browser's. */
export function follow(event: MouseEvent<HTMLAnchorElement>): void {
  const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
  if (!isPlain || event.button !== 0) return
  event.preventDefault()
  go(event.currentTarget.getAttribute('href')!)
}

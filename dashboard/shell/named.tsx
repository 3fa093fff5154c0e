import type { ReactNode } from 'react'

/** A view with its name for who hears the page, and for the tab. */
export function named(name: string, view: ReactNode) {
  return (
    <>
      <title>{`${name} · reprise`}</title>
      <h1 className="hidden">{name}</h1>
      {view}
    </>
  )
}

import { useEffect, useRef, type ReactNode } from 'react'

/** A button and what opens below it; Escape and a click elsewhere close it. */
export function Menu({ text, children }: { text: ReactNode; children: ReactNode }) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = details
      if (current === null || !current.open) return
      const isKey = event instanceof KeyboardEvent
      if (isKey ? event.key !== 'Escape' : current.contains(event.target as Node)) return
      current.open = false
      if (isKey) current.querySelector('summary')?.focus()
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  return (
    <details className="menu" ref={details}>
      <summary className="button">{text}</summary>
      <div className="menu-body">{children}</div>
    </details>
  )
}

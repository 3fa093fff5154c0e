import { useLayoutEffect, useRef, type ReactNode } from 'react'

/**
 * A dialog over the page: Escape and a click beside it close it, and the focus goes back. What it asks
 * for first has `data-first`.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Closed while it is still on the page: from nowhere the browser would not give the focus back.
  useLayoutEffect(() => {
    const opened = dialog.current!
    opened.showModal()
    opened.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => opened.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className="icon" onClick={onClose} aria-label="Close">
          ×
        </button>
      </header>
      {children}
    </dialog>
  )
}

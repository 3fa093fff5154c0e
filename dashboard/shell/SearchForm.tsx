import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useKeys } from './keys.ts'

interface SearchFormProps {
  /** What is searched for now. */
  text: string
  onText: (text: string) => void
  /** For who hears the page. */
  label: string
  placeholder: string
  /** The longest text that the service takes. Default: any. */
  most?: number
  /** Default: in one line. */
  lines?: 'several'
  /** Stands before the field. */
  before: ReactNode
  children: ReactNode
}

/** What a list is narrowed by: a text, to which `/` leads and which Enter applies, and buttons. */
export function SearchForm(props: SearchFormProps) {
  const { text, onText, label, placeholder, most, lines, before, children } = props
  const [typed, setTyped] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setTyped(text), [text])
  useKeys({ '/': () => input.current?.select() })
  return (
    <form
      className={lines === 'several' ? 'filter-bar wraps' : 'filter-bar'}
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        onText(typed.trim())
        input.current?.blur()
      }}
    >
      {before}
      <div className="search">
        <input
          ref={input}
          type="search"
          value={typed}
          maxLength={most}
          onChange={({ target }) => {
            setTyped(target.value)
            if (target.value === '') onText('')
          }}
          onKeyDown={({ key }) => key === 'Escape' && input.current?.blur()}
          placeholder={placeholder}
          aria-label={label}
          spellCheck={false}
          autoComplete="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      {children}
    </form>
  )
}

import { useEffect, useRef, useState } from 'react'
import { useKeys } from '../shell/keys.ts'
import { StreamChoice } from '../shell/StreamChoice.tsx'
import { Toggles } from '../shell/Toggles.tsx'
import { toggled, type Filter } from './filter.ts'
import { parseWords, printWords } from './words.ts'

const VERDICTS = ['applied', 'failed', 'in_doubt', 'context'] as const
const FAMILIES = ['2xx', '3xx', '4xx', '5xx'] as const
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The filter as words to type, and its usual parts as buttons. */
export function FilterBar({
  filter,
  onFilter,
}: {
  filter: Filter
  onFilter: (filter: Filter) => void
}) {
  const words = printWords(filter)
  const [typed, setTyped] = useState(words)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setTyped(words), [words])
  useKeys({ '/': () => input.current?.select() })
  const { stream } = filter
  const apply = (text: string) => onFilter({ ...parseWords(text), ...(stream && { stream }) })
  const toggle = (name: 'verdict' | 'status' | 'method', value: string) =>
    onFilter({ ...filter, [name]: toggled(filter[name], value) })
  return (
    <form
      className="filter-bar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        apply(typed)
        input.current?.blur()
      }}
    >
      <StreamChoice
        stream={stream}
        onStream={(chosen) => onFilter({ ...filter, stream: chosen })}
      />
      <div className="search">
        <input
          ref={input}
          type="search"
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value)
            if (target.value === '') apply('')
          }}
          onKeyDown={({ key }) => key === 'Escape' && input.current?.blur()}
          placeholder='Search: /api/*  status:5xx  user:ada  "text in bodies"'
          aria-label="Search and filter"
          spellCheck={false}
          autoComplete="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <Toggles
        name="Methods"
        all={METHODS}
        on={filter.method}
        onToggle={(one) => toggle('method', one)}
      />
      <Toggles
        name="Statuses"
        all={FAMILIES}
        on={filter.status}
        onToggle={(one) => toggle('status', one)}
      />
      <Toggles
        name="Verdicts"
        all={VERDICTS}
        on={filter.verdict}
        onToggle={(one) => toggle('verdict', one)}
      />
    </form>
  )
}

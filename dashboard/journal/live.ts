import { useEffect, useRef, useState } from 'react'
import { ASKED_COLUMNS, type Row } from './row.ts'
import { queryOf, type Filter } from './filter.ts'

/** Follows new entries that match, from an id on; null: not yet. Answers whether it is connected. */
export function useLive(
  filter: Filter,
  from: number | null,
  onEntries: (entries: Row[]) => void,
): boolean {
  const [isOpen, setOpen] = useState(false)
  const latest = useRef(onEntries)
  useEffect(() => {
    latest.current = onEntries
  })
  const query = queryOf(filter)
  useEffect(() => {
    if (from === null) return
    const said = new URLSearchParams(query)
    said.set('columns', ASKED_COLUMNS)
    if (from > 0) said.set('after_id', String(from))
    const source = new EventSource(`/api/live?${said.toString()}`)
    source.addEventListener('open', () => setOpen(true))
    // It tries again by itself, from where it was.
    source.addEventListener('error', () => setOpen(false))
    source.addEventListener('entries', ({ data }: MessageEvent<string>) => {
      latest.current(JSON.parse(data) as Row[])
    })
    return () => source.close()
  }, [query, from])
  return isOpen
}

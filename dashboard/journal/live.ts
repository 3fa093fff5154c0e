import { useMemo } from 'react'
import { useEvents } from '../api/events.ts'
import { ASKED_COLUMNS, type Row } from './row.ts'
import { queryOf, type Filter } from './filter.ts'

/** Follows new entries that match, from an id on; null: not yet. Answers whether it is connected. */
export function useLive(
  filter: Filter,
  from: number | null,
  onEntries: (entries: Row[]) => void,
): boolean {
  const query = queryOf(filter)
  const address = useMemo(() => {
    if (from === null) return null
    const said = new URLSearchParams(query)
    said.set('columns', ASKED_COLUMNS)
    said.set('after_id', String(from))
    return `/api/live?${said.toString()}`
  }, [query, from])
  return useEvents(address, 'entries', (data) => onEntries(JSON.parse(data) as Row[])) === 'open'
}

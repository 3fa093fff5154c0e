import { useRef, useState } from 'react'
import { answered, api } from '../api/client.ts'
import { PAGE, useKeyset, type KeysetPage, type Seen } from '../lists/keyset.ts'
import { ASKED_COLUMNS, type Row } from './row.ts'
import type { Filter } from './filter.ts'

// The pages of the journal: read, or with a text looked for window by window.

interface Page extends KeysetPage<Row> {
  /** After how many entries somebody stopped the search that it is the end of. */
  stoppedAfter?: number
}

export interface Pages {
  /** Rows that are known to be there; the last page may not have been read yet. */
  count: number
  isWhole: boolean
  rowAt: (index: number) => Row | undefined
  isFirstPending: boolean
  error: unknown
  retry: () => void
  /** Of the first page, from which on entries are new; null before it is there. */
  newest: number | null
  /** Of a search that is under way: how many entries were looked at. */
  searched: number | null
  /** Ends that search, and the list with what it has found. */
  stop: () => void
  /** After how many entries it was ended. */
  stoppedAfter: number | null
}

/** The entries that match, around the rows that are seen. The caller is keyed by filter and turn. */
export function usePages(filter: Filter, turn: number, seen: Seen): Pages {
  const [searched, setSearched] = useState<number | null>(null)
  const search = useRef({ isStopped: false, say: setSearched })
  const { first, last, isFetching, ...list } = useKeyset<Row, Page>({
    name: ['entries', filter, turn],
    read: (after, signal) =>
      filter.text === undefined
        ? readPage(filter, after, signal)
        : searchPage(filter, after, signal, search.current),
    seen,
  })
  return {
    ...list,
    isFirstPending: first === undefined,
    newest: first === undefined ? null : first.rows.reduce((id, row) => Math.max(id, row.id), 0),
    searched: isFetching ? searched : null,
    stop: () => void (search.current.isStopped = true),
    stoppedAfter: last?.stoppedAfter ?? null,
  }
}

async function readPage(
  filter: Filter,
  after: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const query = { ...filter, columns: ASKED_COLUMNS, limit: PAGE, ...(after && { after }) }
  const { entries, next } = await answered(api.GET('/api/entries', { params: { query }, signal }))
  return { rows: entries as Row[], next }
}

/** Looks through the journal window by window until a page is full; ends when it is not wanted any more. */
async function searchPage(
  { text = '', ...filter }: Filter,
  begin: string | undefined,
  signal: AbortSignal,
  control: { isStopped: boolean; say: (searched: number) => void },
): Promise<Page> {
  const page: Page = { rows: [], next: begin ?? null }
  let searched = 0
  control.say(0)
  do {
    const limit = PAGE - page.rows.length
    const after = page.next ?? undefined
    const query = { ...filter, text, columns: ASKED_COLUMNS, limit, ...(after && { after }) }
    const { entries, scanned, next } = await answered(
      api.GET('/api/search', { params: { query }, signal }),
    )
    page.rows.push(...(entries as Row[]))
    page.next = next
    searched += scanned
    control.say(searched)
    if (control.isStopped) return { ...page, next: null, stoppedAfter: searched }
  } while (page.next !== null && page.rows.length < PAGE)
  return page
}

import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { answered, api } from '../api/client.ts'
import { ASKED_COLUMNS, type Row } from './row.ts'
import type { Filter } from './filter.ts'

// The list is read in pages by keyset. Where each page begins is kept (a word a page); the entries
// of a page only as long as it is near what is seen, so that memory does not grow with scrolling.

export const PAGE = 100

/** How long a page that is out of sight is kept, in ms. */
const KEPT = 20_000

/** How many rows a browser can lay out one below the other. */
export const MOST_ROWS = 1_000_000

interface Page {
  entries: Row[]
  next: string | null
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
export function usePages(
  filter: Filter,
  turn: number,
  seen: { first: number; last: number },
): Pages {
  const queries = useQueryClient()
  const [begins, setBegins] = useState<readonly (string | undefined)[]>([undefined])
  const [searched, setSearched] = useState<number | null>(null)
  const search = useRef({ isStopped: false, say: setSearched })
  const wanted = useMemo(() => {
    const last = Math.min(Math.floor((seen.last + PAGE / 2) / PAGE), begins.length - 1)
    const first = Math.max(0, Math.floor((seen.first - PAGE / 2) / PAGE))
    const near = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
    // The first one stays: read again it would have other entries, and the second begin elsewhere.
    return [...new Set([0, ...near])]
  }, [seen.first, seen.last, begins.length])
  const found = useQueries({
    queries: wanted.map((index) => ({
      queryKey: ['entries', filter, turn, index],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        filter.text === undefined
          ? readPage(filter, begins[index], signal)
          : searchPage(filter, begins[index], signal, search.current),
      staleTime: Infinity,
      gcTime: KEPT,
    })),
  })
  const pages = new Map(wanted.map((index, i) => [index, found[i]!.data]))
  const last = pages.get(begins.length - 1)
  const next = last?.next
  useEffect(() => {
    if (typeof next === 'string') {
      setBegins((known) => (known.includes(next) ? known : [...known, next]))
    }
  }, [next])
  const isWhole = last?.next === null
  const count = isWhole ? (begins.length - 1) * PAGE + last.entries.length : begins.length * PAGE
  const first = pages.get(0)
  const failed = found.find(({ isError }) => isError)
  return {
    count: first === undefined ? 0 : Math.min(count, MOST_ROWS),
    isWhole,
    rowAt: (index) => pages.get(Math.floor(index / PAGE))?.entries[index % PAGE],
    isFirstPending: first === undefined,
    error: failed?.error ?? null,
    retry: () =>
      void queries.refetchQueries({ queryKey: ['entries', filter, turn], type: 'active' }),
    newest: first === undefined ? null : first.entries.reduce((id, row) => Math.max(id, row.id), 0),
    searched: found.some(({ isFetching }) => isFetching) ? searched : null,
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
  return (await answered(api.GET('/api/entries', { params: { query }, signal }))) as Page
}

/** Looks through the journal window by window until a page is full; ends when it is not wanted any more. */
async function searchPage(
  { text = '', ...filter }: Filter,
  begin: string | undefined,
  signal: AbortSignal,
  control: { isStopped: boolean; say: (searched: number) => void },
): Promise<Page> {
  const page: Page = { entries: [], next: begin ?? null }
  let searched = 0
  control.say(0)
  do {
    const limit = PAGE - page.entries.length
    const after = page.next ?? undefined
    const query = { ...filter, text, columns: ASKED_COLUMNS, limit, ...(after && { after }) }
    const { entries, scanned, next } = await answered(
      api.GET('/api/search', { params: { query }, signal }),
    )
    page.entries.push(...(entries as Row[]))
    page.next = next
    searched += scanned
    control.say(searched)
    if (control.isStopped) return { ...page, next: null, stoppedAfter: searched }
  } while (page.next !== null && page.entries.length < PAGE)
  return page
}

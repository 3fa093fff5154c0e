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
  /** The highest id there was when the first one was begun. */
  latestId?: number
  /** As far as it is found; more may come. */
  isPartial?: true
  /** Where somebody stopped the search that it is the end of. */
  stoppedAt?: Searched
}

/** How far a search got that is under way, or was stopped. */
export interface Searched {
  entries: number
  /** All that match were found back to this moment; null: not yet known. */
  reached: string | null
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
  /** Of a search that is under way. */
  searched: Searched | null
  /** Ends that search, and the list with what it has found. */
  stop: () => void
  /** Of one that was ended. */
  stoppedAt: Searched | null
}

/** The entries that match, around the rows that are seen. The caller is keyed by filter and turn. */
export function usePages(
  filter: Filter,
  turn: number,
  seen: { first: number; last: number },
): Pages {
  const queries = useQueryClient()
  const [begins, setBegins] = useState<readonly (string | undefined)[]>([undefined])
  const [searched, setSearched] = useState<Searched | null>(null)
  const control = useRef({ isStopped: false, say: setSearched })
  const wanted = useMemo(() => {
    const last = Math.min(Math.floor((seen.last + PAGE / 2) / PAGE), begins.length - 1)
    const first = Math.max(0, Math.floor((seen.first - PAGE / 2) / PAGE))
    const near = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
    // The first one stays: read again it would have other entries, and the second begin elsewhere.
    return [...new Set([0, ...near])]
  }, [seen.first, seen.last, begins.length])
  const found = useQueries({
    queries: wanted.map((index) => {
      const queryKey = ['entries', filter, turn, index]
      const show = (page: Page) => void queries.setQueryData(queryKey, page)
      return {
        queryKey,
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          isPlain(filter)
            ? readPage(filter, begins[index], signal)
            : searchPage(filter, begins[index], signal, { control: control.current, show }),
        staleTime: Infinity,
        gcTime: KEPT,
      }
    }),
  })
  const pages = new Map(wanted.map((index, i) => [index, found[i]!.data]))
  const last = pages.get(begins.length - 1)
  const next = last?.next
  useEffect(() => {
    if (typeof next === 'string') {
      setBegins((known) => (known.includes(next) ? known : [...known, next]))
    }
  }, [next])
  const isWhole = last !== undefined && last.next === null && last.isPartial !== true
  const isFull = last === undefined || (!isWhole && last.isPartial !== true)
  const count = isFull ? begins.length * PAGE : (begins.length - 1) * PAGE + last.entries.length
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
    newest:
      first === undefined
        ? null
        : (first.latestId ?? first.entries.reduce((id, row) => Math.max(id, row.id), 0)),
    searched: found.some(({ isFetching }) => isFetching) ? searched : null,
    stop: () => void (control.current.isStopped = true),
    stoppedAt: last?.stoppedAt ?? null,
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

/** How many entries are looked at one after the other in one answer, where no body has to be read. */
const WINDOW = 20_000

/**
 * Looks through the journal, answer by answer, until a page is full, and shows what it has found so far;
 * ends when it is not wanted any more.
 */
async function searchPage(
  filter: Filter,
  begin: string | undefined,
  signal: AbortSignal,
  { control, show }: { control: Control; show: (page: Page) => void },
): Promise<Page> {
  let page: Page = { entries: [], next: begin ?? null }
  let looked = 0
  const whole = {
    ...filter,
    columns: ASKED_COLUMNS,
    ...(filter.text === undefined && { window: WINDOW }),
  }
  do {
    const after = page.next ?? undefined
    const query = { ...whole, limit: PAGE - page.entries.length, ...(after && { after }) }
    const answer = await answered(api.GET('/api/search', { params: { query }, signal }))
    const { next, scanned, reached, latest_id: latest } = answer
    const entries = [...page.entries, ...(answer.entries as Row[])]
    page = { ...page, entries, next, ...(latest !== null && { latestId: latest }) }
    if (next === null || entries.length >= PAGE) return page
    looked += scanned
    const searched = { entries: looked, reached }
    control.say(searched)
    if (control.isStopped) return { ...page, next: null, stoppedAt: searched }
    if (entries.length > 0) show({ ...page, next: null, isPartial: true })
  } while (!signal.aborted)
  return page
}

interface Control {
  isStopped: boolean
  say: (searched: Searched) => void
}

/** Whether a page is found without looking for anything. */
function isPlain({ stream: _s, id: _i, ...rest }: Filter): boolean {
  return Object.keys(rest).length === 0
}

import { useRef, useState } from 'react'
import { answered, api } from '../api/client.ts'
import { PAGE, useKeyset, type KeysetPage, type Seen } from '../lists/keyset.ts'
import { ASKED_COLUMNS, type Row } from './row.ts'
import type { Filter } from './filter.ts'

// The pages of the journal: read, or with a text looked for window by window.

interface Page extends KeysetPage<Row> {
  /** The highest id there was when the first one was begun. */
  latestId?: number
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
  /** Whether an entry that is new by its id stands in the list nevertheless. */
  isListed: (id: number) => boolean
  /** Of a search that is under way. */
  searched: Searched | null
  /** Ends that search, and the list with what it has found. */
  stop: () => void
  /** Of one that was ended. */
  stoppedAt: Searched | null
}

/** The entries that match, around the rows that are seen. The caller is keyed by filter and turn. */
export function usePages(filter: Filter, turn: number, seen: Seen): Pages {
  const [searched, setSearched] = useState<Searched | null>(null)
  const control = useRef({ isStopped: false, say: setSearched })
  const { first, last, isFetching, ...list } = useKeyset<Row, Page>({
    name: ['entries', filter, turn],
    read: (after, signal, show) =>
      isPlain(filter)
        ? readPage(filter, after, signal)
        : searchPage(filter, after, signal, { control: control.current, show }),
    seen,
  })
  return {
    ...list,
    isFirstPending: first === undefined,
    newest:
      first === undefined
        ? null
        : (first.latestId ?? first.rows.reduce((id, row) => Math.max(id, row.id), 0)),
    isListed: (id) => first?.rows.some((row) => row.id === id) ?? false,
    searched: isFetching ? searched : null,
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
  const { entries, next } = await answered(api.GET('/api/entries', { params: { query }, signal }))
  return { rows: entries as Row[], next }
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
  let page: Page = { rows: [], next: begin ?? null }
  let looked = 0
  const whole = {
    ...filter,
    columns: ASKED_COLUMNS,
    ...(filter.text === undefined && { window: WINDOW }),
  }
  do {
    const after = page.next ?? undefined
    const query = { ...whole, limit: PAGE - page.rows.length, ...(after && { after }) }
    const answer = await answered(api.GET('/api/search', { params: { query }, signal }))
    const { next, scanned, reached, latest_id: latest } = answer
    const rows = [...page.rows, ...(answer.entries as Row[])]
    page = { ...page, rows, next, ...(latest !== null && { latestId: latest }) }
    if (next === null || rows.length >= PAGE) return page
    looked += scanned
    const searched = { entries: looked, reached }
    control.say(searched)
    if (control.isStopped) return { ...page, next: null, stoppedAt: searched }
    if (rows.length > 0) show({ ...page, next: null, isPartial: true })
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

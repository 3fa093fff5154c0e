import { useQueries, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'

// A list is read in pages by keyset. Where each page begins is kept (a word a page); the rows of a
// page only as long as it is near what is seen, so that memory does not grow with scrolling.

/** Rows of each page but the last. */
export const PAGE = 100

/** How long a page that is out of sight is kept, in ms. */
const KEPT = 20_000

/** How many rows a browser can lay out one below the other. */
export const MOST_ROWS = 1_000_000

export interface KeysetPage<Row> {
  rows: Row[]
  /** Where the next one begins; null: it is the last. */
  next: string | null
  /** As far as it is found; more may come. */
  isPartial?: true
}

/** Rows in sight, the first and the last. */
export interface Seen {
  first: number
  last: number
}

export interface Keyset<Row, Page> {
  /** Rows that are known to be there; the last page may not have been read yet. */
  count: number
  isWhole: boolean
  rowAt: (index: number) => Row | undefined
  first: Page | undefined
  last: Page | undefined
  isFetching: boolean
  error: unknown
  retry: () => void
}

export interface KeysetOptions<Page> {
  /** Of the list in the cache of queries; the caller is keyed by it. */
  name: QueryKey
  /** `show` gives it as far as it is found. */
  read: (
    after: string | undefined,
    signal: AbortSignal,
    show: (page: Page) => void,
  ) => Promise<Page>
  seen: Seen
  /** How often pages near what is seen are read again, in ms. Default: never. */
  pace?: number | false
}

/** The rows around those that are seen. */
export function useKeyset<Row, Page extends KeysetPage<Row>>(
  options: KeysetOptions<Page>,
): Keyset<Row, Page> {
  const { name, read, seen, pace = false } = options
  const queries = useQueryClient()
  const [begins, setBegins] = useState<readonly (string | undefined)[]>([undefined])
  const wanted = useMemo(() => {
    const last = Math.min(Math.floor((seen.last + PAGE / 2) / PAGE), begins.length - 1)
    const first = Math.max(0, Math.floor((seen.first - PAGE / 2) / PAGE))
    const near = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
    // The first one stays: read again it would have other rows, and the second begin elsewhere.
    return [...new Set([0, ...near])]
  }, [seen.first, seen.last, begins.length])
  const found = useQueries({
    queries: wanted.map((index) => {
      const queryKey = [...name, index]
      const show = (page: Page) => void queries.setQueryData<Page>(queryKey, page)
      return {
        queryKey,
        queryFn: ({ signal }: { signal: AbortSignal }) => read(begins[index], signal, show),
        staleTime: Infinity,
        gcTime: KEPT,
        refetchInterval: pace,
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
  const isPartial = last?.isPartial === true
  const isWhole = last?.next === null && !isPartial
  const count =
    isWhole || isPartial ? (begins.length - 1) * PAGE + last.rows.length : begins.length * PAGE
  const first = pages.get(0)
  return {
    count: first === undefined ? 0 : Math.min(count, MOST_ROWS),
    isWhole,
    rowAt: (index) => pages.get(Math.floor(index / PAGE))?.rows[index % PAGE],
    ...{ first, last },
    isFetching: found.some(({ isFetching }) => isFetching),
    error: found.find(({ isError }) => isError)?.error ?? null,
    retry: () => void queries.refetchQueries({ queryKey: name, type: 'active' }),
  }
}

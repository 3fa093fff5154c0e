import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, follow, usePlace } from '../address.ts'
import { answered, api, type Deed } from '../api/client.ts'
import { toggled } from '../journal/filter.ts'
import { dateText, fullText, timeText } from '../journal/shown.ts'
import { SearchForm } from '../shell/SearchForm.tsx'
import { Failed, Loading, Nothing } from '../shell/states.tsx'
import { Toggles } from '../shell/Toggles.tsx'
import { ACTIONS, deedWords, trailAddress, trailFilterOf, type TrailFilter } from './deeds.ts'

const PAGE = 100
const PACE = 10_000

/** Who changed what, when and from where: for admins. */
export function TrailPage() {
  const { search } = usePlace()
  const filter = useMemo(() => trailFilterOf(search), [search])
  return (
    <>
      <TrailSearch filter={filter} />
      <DeedList key={search} filter={filter} />
    </>
  )
}

function TrailSearch({ filter }: { filter: TrailFilter }) {
  const { who = '', action } = filter
  const change = (parts: TrailFilter) => become(trailAddress(filter, parts))
  return (
    <SearchForm
      text={who}
      onText={(typed) => change({ who: typed })}
      label="Who"
      placeholder="Who: the name of a token, or of a person"
      most={200}
      lines="several"
      before={
        <a className="button" href="/state" onClick={follow}>
          ←<span className="hidden"> State</span>
        </a>
      }
    >
      <Toggles
        name="Deeds"
        all={ACTIONS}
        on={action}
        onToggle={(one) => change({ action: toggled(action, one) })}
      />
    </SearchForm>
  )
}

function DeedList({ filter }: { filter: TrailFilter }) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['deeds', filter],
      initialPageParam: undefined as number | undefined,
      queryFn: async ({ pageParam, signal }) => {
        const before = pageParam !== undefined && { before: pageParam }
        const query = { ...filter, ...before, limit: PAGE }
        return (await answered(api.GET('/api/audit-trail', { params: { query }, signal }))).deeds
      },
      getNextPageParam: (page: Deed[]) => (page.length < PAGE ? undefined : page.at(-1)?.id),
      refetchInterval: PACE,
    },
  )
  if (error !== null)
    return <Failed what="The audit trail" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the audit trail" />
  const deeds = data.pages.flat()
  if (deeds.length === 0) {
    return (
      <Nothing title={Object.keys(filter).length > 0 ? 'No deed matches' : 'Nothing was done yet'}>
        Labels, settlements, removals, replays and sign-ins are noted here, before they are done.
      </Nothing>
    )
  }
  return (
    <div className="standing scrolls">
      <section className="panel" aria-label="Deeds">
        <table className="cards trail">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">Deed</th>
              <th scope="col">Stream</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {deeds.map((deed) => (
              <DeedLine key={deed.id} deed={deed} />
            ))}
          </tbody>
        </table>
      </section>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older deeds
        </button>
      )}
    </div>
  )
}

function DeedLine({ deed }: { deed: Deed }) {
  const { at, who, role, means, address, action, stream } = deed
  return (
    <tr>
      <td data-label="When">
        <time dateTime={at} title={fullText(at)}>
          {dateText(at)} {timeText(at).slice(0, 8)}
        </time>
      </td>
      <th scope="row" data-label="Who">
        {who ?? <span className="muted">nobody known</span>}{' '}
        <span className="muted">
          {[role, means.replace('_', ' '), address].filter((part) => part !== null).join(', ')}
        </span>
      </th>
      <td data-label="Deed">
        <span className={`deed ${action}`}>{action.replace('_', ' ')}</span>
      </td>
      <td data-label="Stream">{stream ?? '–'}</td>
      <td data-label="What" className="what">
        {deedWords(deed)}
      </td>
    </tr>
  )
}

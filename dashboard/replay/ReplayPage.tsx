import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { become, follow, usePlace } from '../address.ts'
import { answered, api } from '../api/client.ts'
import { addressOf } from '../journal/filter.ts'
import { Failed, Loading, Nothing } from '../shell/states.tsx'
import { Explained } from './Explained.tsx'
import { FEW, MANY, PlanView } from './PlanView.tsx'
import { StartButton } from './StartButton.tsx'
import { useStream, type StreamChoice } from './stream.ts'
import { WishForm } from './WishForm.tsx'
import { planBody, replayAddress, wishOf, type Wish } from './wish.ts'

/** A replay before it begins: what its address says, as a form, and the plan that comes of it. */
export function ReplayPage() {
  const { search } = usePlace()
  const wish = useMemo(() => wishOf(search), [search])
  const [limit, setLimit] = useState(FEW)
  const choice = useStream(wish.filter)
  const { stream } = choice
  const plan = usePlan(wish, stream, limit)
  const change = (parts: Partial<Wish>) => become(replayAddress({ ...wish, ...parts }))
  const isFresh = plan.data !== undefined && !plan.isPlaceholderData && plan.error === null
  return (
    <article className="replay">
      <header className="entry-title">
        <a
          className="button"
          href={addressOf({ filter: wish.filter, columns: null })}
          onClick={follow}
        >
          ←<span className="hidden"> The selection in the journal</span>
        </a>
        <h2>Replay</h2>
        <StartButton wish={wish} stream={stream} plan={isFresh ? plan.data : null} limit={limit} />
      </header>
      <div className="replay-sides">
        <WishForm wish={wish} choice={choice} plan={plan.data} onWish={change} />
        <section className="plan" aria-label="Plan" aria-busy={!isFresh}>
          {stream === undefined ? (
            <NoStream choice={choice} />
          ) : plan.error !== null ? (
            <Failed what="The plan" error={plan.error} onRetry={() => void plan.refetch()} />
          ) : plan.data === undefined ? (
            <Loading what="what would be sent" />
          ) : (
            <div className={isFresh ? undefined : 'stale'}>
              <PlanView
                plan={plan.data}
                limit={limit}
                onMore={() => setLimit(MANY)}
                explained={<Explained wish={wish} stream={stream} />}
              />
            </div>
          )}
        </section>
      </div>
    </article>
  )
}

function usePlan(wish: Wish, stream: string | undefined, limit: number) {
  const body = stream === undefined ? null : planBody(wish, stream, limit)
  return useQuery({
    queryKey: ['plan', body],
    queryFn: ({ signal }) => answered(api.POST('/api/plans', { body: body!, signal })),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  })
}

function NoStream({ choice: { names, isPending, error, retry } }: { choice: StreamChoice }) {
  if (error !== null) return <Failed what="The list of streams" error={error} onRetry={retry} />
  if (isPending) return <Loading what="the streams" />
  return names.length === 0 ? (
    <Nothing title="There is nothing to replay">
      Nothing was recorded that is selected here.
    </Nothing>
  ) : (
    <Nothing title="Choose a stream">
      A run is of one stream, and there are {names.length}: {names.slice(0, 8).join(', ')}
      {names.length > 8 && ', …'}
    </Nothing>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, follow, usePlace } from '../address.ts'
import { answered, api, type Attempt } from '../api/client.ts'
import { toggled } from '../journal/filter.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { AttemptRow } from './AttemptRow.tsx'
import { OutcomeBar, OUTCOMES } from './outcomes.tsx'
import { RunHead } from './RunHead.tsx'

const PAGE = 100

/** How often a run that is under way is looked at, in ms. */
const PACE = 1_500

/** One run: what it sent where, and what came of each entry. */
export function RunPage({ id }: { id: number }) {
  const { search } = usePlace()
  const outcome = useMemo(() => new URLSearchParams(search).get('outcome') ?? '', [search])
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => answered(api.GET('/api/runs/{id}', { params: { path: { id } } })),
  })
  // What was seen of it stays in sight while the service is away: its head says so.
  if (run.error !== null && run.data === undefined)
    return <Failed what={`Run ${id}`} error={run.error} onRetry={() => void run.refetch()} />
  if (run.data === undefined) return <Loading what={`run ${id}`} />
  const { state, outcomes } = run.data
  const choose = (one: string) => {
    const next = toggled(outcome, one)
    become(next === '' ? `/runs/${id}` : `/runs/${id}?outcome=${next}`)
  }
  return (
    <article className="run-page">
      <RunHead run={run.data} />
      <div className="run-sum">
        <OutcomeBar run={run.data} />
        <div className="toggles" role="group" aria-label="Outcomes">
          {OUTCOMES.filter((one) => (outcomes[one] ?? 0) > 0).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={outcome.split(',').includes(one)}
              onClick={() => choose(one)}
            >
              {one.replace('_', ' ')}
            </button>
          ))}
        </div>
      </div>
      <AttemptList run={id} outcome={outcome} isRunning={state === 'running'} />
    </article>
  )
}

function AttemptList({
  run,
  outcome,
  isRunning,
}: {
  run: number
  outcome: string
  isRunning: boolean
}) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['attempts', run, outcome],
      initialPageParam: undefined as number | undefined,
      queryFn: async ({ pageParam }) => {
        const query = {
          limit: PAGE,
          ...(outcome !== '' && { outcome }),
          ...(pageParam !== undefined && { after: pageParam }),
        }
        const call = api.GET('/api/runs/{id}/attempts', { params: { path: { id: run }, query } })
        return (await answered(call)).attempts
      },
      getNextPageParam: (page: Attempt[]) =>
        page.length < PAGE ? undefined : page.at(-1)?.position,
      refetchInterval: isRunning ? PACE : false,
    },
  )
  if (error !== null)
    return <Failed what="What it sent" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="what it sent" />
  return (
    <section className="attempts" aria-label="Attempts">
      {data.pages.flat().map((attempt) => (
        <AttemptRow key={attempt.position} attempt={attempt}>
          <a href={`/entries/${attempt.entry}`} onClick={follow}>
            Entry {attempt.entry}
          </a>
        </AttemptRow>
      ))}
      {data.pages[0]?.length === 0 && <p className="muted">Nothing of that kind.</p>}
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More
        </button>
      )}
    </section>
  )
}

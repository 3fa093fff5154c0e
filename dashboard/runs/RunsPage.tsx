import { useInfiniteQuery } from '@tanstack/react-query'
import { follow, go } from '../address.ts'
import { answered, api, type Run } from '../api/client.ts'
import {
  countText,
  dateText,
  durationText,
  fullText,
  microsOf,
  timeText,
} from '../journal/shown.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading, Nothing } from '../shell/states.tsx'
import { OutcomeBar } from './outcomes.tsx'

const PAGE = 50

/** Replays, the newest first. */
export function RunsPage() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['runs'],
      initialPageParam: undefined as number | undefined,
      queryFn: async ({ pageParam }) => {
        const query = { limit: PAGE, ...(pageParam !== undefined && { before: pageParam }) }
        return (await answered(api.GET('/api/runs', { params: { query } }))).runs
      },
      getNextPageParam: (page: Run[]) => (page.length < PAGE ? undefined : page.at(-1)?.id),
      refetchInterval: 5_000,
    },
  )
  useKeys({ r: () => go('/replay') })
  if (error !== null)
    return <Failed what="The list of runs" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the runs" />
  const runs = data.pages.flat()
  if (runs.length === 0) {
    return (
      <Nothing title="Nothing was replayed yet">
        A run sends recorded entries again, and keeps what came of each.
        <p>
          <a href="/replay" onClick={follow}>
            Plan a replay
          </a>{' '}
          here (r), or on a command line:
        </p>
        <pre>reprise replay --base-url http://127.0.0.1:3000</pre>
      </Nothing>
    )
  }
  return (
    <div className="runs">
      <header>
        <h2>Runs</h2>
        <a className="button" href="/replay" onClick={follow} title="Plan a replay (r)">
          Replay…
        </a>
      </header>
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <a className="run" href={`/runs/${run.id}`} onClick={follow}>
              <b>Run {run.id}</b>
              <RunState state={run.state} />
              <span className="mono target">{run.target}</span>
              <span className="muted">
                {countText(run.planned)} of {run.stream}
              </span>
              <OutcomeBar run={run} />
              <time className="muted" dateTime={run.started_at} title={fullText(run.started_at)}>
                {dateText(run.started_at)} {timeText(run.started_at).slice(0, 8)}
                {run.ended_at !== null && ` · ${lasted(run)}`}
              </time>
            </a>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older runs
        </button>
      )}
    </div>
  )
}

export function RunState({ state }: Pick<Run, 'state'>) {
  return <span className={`run-state ${state}`}>{state}</span>
}

export function lasted({ started_at: start, ended_at: end }: Run): string {
  return end === null ? '' : durationText((microsOf(end) - microsOf(start)) / 1000)
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { become, follow, go, usePlace } from '../address.ts'
import { answered, api, type Run } from '../api/client.ts'
import {
  countText,
  dateText,
  durationText,
  fullText,
  microsOf,
  timeText,
} from '../journal/shown.ts'
import { useWalk } from '../lists/walk.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading, Nothing } from '../shell/states.tsx'
import { OutcomeBar } from './outcomes.tsx'
import { runFilterOf, runsAddress, type RunFilter } from './run-filter.ts'
import { RunSearch } from './RunSearch.tsx'

const PAGE = 50

/** Replays, the newest first: those that the address names. */
export function RunsPage() {
  const { search } = usePlace()
  const filter = useMemo(() => runFilterOf(search), [search])
  return (
    <>
      <RunSearch filter={filter} onFilter={(parts) => become(runsAddress(filter, parts))} />
      <RunList key={runsAddress(filter)} filter={filter} />
    </>
  )
}

function RunList({ filter }: { filter: RunFilter }) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['runs', filter],
      initialPageParam: undefined as number | undefined,
      queryFn: async ({ pageParam, signal }) => {
        const before = pageParam !== undefined && { before: pageParam }
        const query = { ...filter, ...before, limit: PAGE }
        return (await answered(api.GET('/api/runs', { params: { query }, signal }))).runs
      },
      getNextPageParam: (page: Run[]) => (page.length < PAGE ? undefined : page.at(-1)?.id),
      refetchInterval: 5_000,
    },
  )
  const runs = useMemo(() => data?.pages.flat() ?? [], [data])
  const [chosen, setChosen] = useState<readonly Run[]>([])
  const choose = (run: Run) => {
    const rest = chosen.filter(({ id }) => id !== run.id)
    setChosen(rest.length < chosen.length ? rest : [...chosen, run].slice(-2))
  }
  const at = useWalk(runs.length, (index) => go(`/runs/${runs[index]!.id}`))
  useKeys({
    r: () => go('/replay'),
    x: () => {
      const run = runs[at]
      if (run !== undefined) choose(run)
    },
    c: () => {
      const address = comparisonOf(chosen)
      if (address !== null) go(address)
    },
    Escape: () => setChosen([]),
  })
  if (error !== null)
    return <Failed what="The list of runs" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the runs" />
  if (runs.length === 0) return <NoRuns filter={filter} />
  return (
    <div className="runs">
      <Choice chosen={chosen} onNone={() => setChosen([])} />
      <ul>
        {runs.map((run, index) => (
          <RunLine
            key={run.id}
            {...{ run, isAt: index === at, isChosen: chosen.some(({ id }) => id === run.id) }}
            onChoose={() => choose(run)}
          />
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

function NoRuns({ filter }: { filter: RunFilter }) {
  if (Object.keys(filter).length > 0) {
    return (
      <Nothing title="No run matches">
        <a href="/runs" onClick={follow}>
          Show all runs
        </a>
      </Nothing>
    )
  }
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

/** Where two runs are compared, the older one first; null: those cannot be. */
function comparisonOf(chosen: readonly Run[]): string | null {
  const [one, other] = [...chosen].sort((a, b) => a.id - b.id)
  if (one === undefined || other === undefined || one.stream !== other.stream) return null
  return `/runs/${one.id}/against/${other.id}`
}

function Choice({ chosen, onNone }: { chosen: readonly Run[]; onNone: () => void }) {
  const address = comparisonOf(chosen)
  const names = [...chosen].map(({ id }) => id).sort((a, b) => a - b)
  return (
    <p className="choice" role="status">
      {chosen.length === 0 && <span className="muted">Choose two runs to compare them.</span>}
      {chosen.length === 1 && `Run ${names[0]} is chosen: choose another one to compare it with.`}
      {chosen.length === 2 && address === null && (
        <span className="wrong">Runs of two streams are not compared: choose two of one.</span>
      )}
      {address !== null && (
        <a className="button primary" href={address} onClick={follow} title="Compare them (c)">
          Compare run {names[0]} with run {names[1]}
        </a>
      )}
      {chosen.length > 0 && (
        <button type="button" onClick={onNone}>
          Choose none
        </button>
      )}
      <a className="button" href="/replay" onClick={follow} title="Plan a replay (r)">
        Replay…
      </a>
    </p>
  )
}

interface RunLineProps {
  run: Run
  isAt: boolean
  isChosen: boolean
  onChoose: () => void
}

function RunLine({ run, isAt, isChosen, onChoose }: RunLineProps) {
  return (
    <li aria-current={isAt || undefined}>
      <input
        type="checkbox"
        checked={isChosen}
        onChange={onChoose}
        aria-label={`Choose run ${run.id}`}
      />
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
  )
}

export function RunState({ state }: Pick<Run, 'state'>) {
  return <span className={`run-state ${state}`}>{state}</span>
}

export function lasted({ started_at: start, ended_at: end }: Run): string {
  return end === null ? '' : durationText((microsOf(end) - microsOf(start)) / 1000)
}

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, follow, go, usePlace } from '../address.ts'
import { answered, api, type Run } from '../api/client.ts'
import { countText, dateText, timeText } from '../journal/shown.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { ContrastList } from './ContrastList.tsx'
import { OutcomeBar, OUTCOMES } from './outcomes.tsx'
import { lasted, RunState } from './RunsPage.tsx'

const PACE = 3_000

/** Two runs of a stream beside each other, and where they came out differently. */
export function ContrastPage({ id, other }: { id: number; other: number }) {
  const { path, search } = usePlace()
  const by = useMemo(() => {
    return new URLSearchParams(search).get('by') === 'any' ? 'any' : 'outcome'
  }, [search])
  const one = useRun(id)
  const two = useRun(other)
  useKeys({ Escape: () => go('/runs') })
  const failed = [one, two].find(({ error }) => error !== null)
  if (failed !== undefined)
    return (
      <Failed what="The comparison" error={failed.error} onRetry={() => void failed.refetch()} />
    )
  if (one.data === undefined || two.data === undefined) return <Loading what="both runs" />
  const runs = [one.data, two.data] as const
  return (
    <article className="run-page">
      <header className="entry-title">
        <a className="button" href="/runs" onClick={follow}>
          ←<span className="hidden"> All runs</span>
        </a>
        <h2>
          Run {id} against run {other}
        </h2>
        <a className="button" href={`/runs/${other}/against/${id}${search}`} onClick={follow}>
          ⇄<span className="hidden"> The other way round</span>
        </a>
      </header>
      <Tally runs={runs} />
      <div className="contents-bar">
        <div className="toggles" role="group" aria-label="What is listed">
          <button type="button" aria-pressed={by === 'outcome'} onClick={() => become(path)}>
            Other outcome
          </button>
          <button
            type="button"
            aria-pressed={by === 'any'}
            onClick={() => become(`${path}?by=any`)}
          >
            Other outcome, status or body
          </button>
        </div>
      </div>
      <ContrastList key={by} {...{ runs, by }} />
    </article>
  )
}

function useRun(id: number) {
  return useQuery({
    queryKey: ['run', id],
    queryFn: () => answered(api.GET('/api/runs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? PACE : false),
  })
}

/** What both came to, outcome by outcome. */
function Tally({ runs }: { runs: readonly [Run, Run] }) {
  const [one, other] = runs
  return (
    <table className="tally">
      <thead>
        <tr>
          <td />
          {runs.map((run) => (
            <th key={run.id} scope="col">
              <a href={`/runs/${run.id}`} onClick={follow}>
                Run {run.id}
              </a>{' '}
              <RunState state={run.state} />
            </th>
          ))}
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Target</th>
          {runs.map(({ id, target }) => (
            <td key={id} className="mono">
              {target}
            </td>
          ))}
          <td>{one.target === other.target ? '' : 'another one'}</td>
        </tr>
        <tr>
          <th scope="row">Started</th>
          {runs.map(({ id, started_at: at }) => (
            <td key={id}>
              {dateText(at)} {timeText(at).slice(0, 8)}
            </td>
          ))}
          <td />
        </tr>
        <tr>
          <th scope="row">Took</th>
          {runs.map((run) => (
            <td key={run.id}>{lasted(run) || 'not ended'}</td>
          ))}
          <td />
        </tr>
        <Count name="Planned" counts={[one.planned, other.planned]} />
        {OUTCOMES.map((outcome) => (
          <Count
            key={outcome}
            name={outcome.replace('_', ' ')}
            counts={[one.outcomes[outcome] ?? 0, other.outcomes[outcome] ?? 0]}
          />
        ))}
        <tr className="bars">
          <th scope="row">
            <span className="hidden">Together</span>
          </th>
          {runs.map((run) => (
            <td key={run.id}>
              <OutcomeBar run={run} />
            </td>
          ))}
          <td />
        </tr>
      </tbody>
    </table>
  )
}

function Count({ name, counts: [one, other] }: { name: string; counts: [number, number] }) {
  if (one === 0 && other === 0) return null
  const change = other - one
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{countText(one)}</td>
      <td>{countText(other)}</td>
      <td>{change === 0 ? '' : `${change > 0 ? '+' : '−'}${countText(Math.abs(change))}`}</td>
    </tr>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, follow, usePlace } from '../address.ts'
import { answered, api } from '../api/client.ts'
import { toggled } from '../journal/filter.ts'
import { countText, dateText, timeText } from '../journal/shown.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { OutcomeBar, OUTCOMES } from './outcomes.tsx'
import { RunContents } from './RunContents.tsx'
import { lasted, RunState } from './RunsPage.tsx'

/** How often a run that is under way is looked at, in ms. */
const PACE = 1_500

/** One run: what it sent where, and what came of each entry. */
export function RunPage({ id }: { id: number }) {
  const { search } = usePlace()
  const outcome = useMemo(() => new URLSearchParams(search).get('outcome') ?? '', [search])
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => answered(api.GET('/api/runs/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? PACE : false),
  })
  if (run.error !== null)
    return <Failed what={`Run ${id}`} error={run.error} onRetry={() => void run.refetch()} />
  if (run.data === undefined) return <Loading what={`run ${id}`} />
  const { target, stream, planned, state, started_at: started, outcomes } = run.data
  const choose = (one: string) => {
    const next = toggled(outcome, one)
    become(next === '' ? `/runs/${id}` : `/runs/${id}?outcome=${next}`)
  }
  return (
    <article className="run-page">
      <header className="entry-title">
        <a className="button" href="/runs" onClick={follow}>
          ←<span className="hidden"> All runs</span>
        </a>
        <h2>Run {id}</h2>
        <RunState state={state} />
        <span className="mono muted">{target}</span>
      </header>
      <dl className="facts">
        <div>
          <dt>Stream</dt>
          <dd>{stream}</dd>
        </div>
        <div>
          <dt>Planned</dt>
          <dd>{countText(planned)}</dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            {dateText(started)} {timeText(started)}
          </dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>{lasted(run.data) || 'not ended'}</dd>
        </div>
      </dl>
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
      <RunContents run={run.data} outcome={outcome} />
    </article>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, usePlace } from '../address.ts'
import { answered, api } from '../api/client.ts'
import { toggled } from '../journal/filter.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { OutcomeBar, OUTCOMES } from './outcomes.tsx'
import { RunContents } from './RunContents.tsx'
import { RunHead } from './RunHead.tsx'

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
  const { outcomes } = run.data
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
      <RunContents run={run.data} outcome={outcome} />
    </article>
  )
}

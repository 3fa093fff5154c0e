import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DrivenRun, Run } from '../api/client.ts'
import { useEvents, type Link } from '../api/events.ts'
import { doneOf, sampled, type Sample } from './progress.ts'

export interface Watched {
  /** Of a run that is running, as far as it was told yet. */
  driven: DrivenRun['driven']
  samples: readonly Sample[]
  link: Link
  /** Takes in what was answered of it, as if an event had told it. */
  tell: (run: DrivenRun) => void
}

/** Follows a run while it is running; whoever shows it finds it in the query of the run. */
export function useRunEvents({ id, state }: Pick<Run, 'id' | 'state'>): Watched {
  const queries = useQueryClient()
  const [driven, setDriven] = useState<DrivenRun['driven']>(null)
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const tell = (run: DrivenRun) => {
    setDriven(run.driven)
    if (run.state !== 'running') setSamples([])
    else {
      const sample = { at: performance.now(), done: doneOf(run) }
      setSamples((known) => sampled(known, sample))
    }
    queries.setQueryData(['run', id], run)
    if (run.state !== 'running') void queries.invalidateQueries({ queryKey: ['attempts', id] })
  }
  const address = state === 'running' ? `/api/runs/${id}/events` : null
  const link = useEvents(address, 'run', (data) => tell(JSON.parse(data) as DrivenRun))
  return { driven: state === 'running' ? driven : null, samples, link, tell }
}

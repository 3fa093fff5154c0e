import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { DrivenRun, Run } from '../api/client.ts'
import { useEvents, type Link } from '../api/events.ts'
import { keepTold } from '../api/told.ts'
import { doneOf, sampled, type Sample } from './progress.ts'

export interface Watched {
  /** Of a run that is running, as far as it was told yet. */
  driven: DrivenRun['driven']
  samples: readonly Sample[]
  link: Link
  /** Takes in what is answered of it; where an event told something meanwhile, it is asked for anew. */
  take: (answer: Promise<DrivenRun>) => Promise<void>
}

/** Follows a run while it is running; whoever shows it finds it in the query of the run. */
export function useRunEvents({ id, state }: Pick<Run, 'id' | 'state'>): Watched {
  const queries = useQueryClient()
  const [driven, setDriven] = useState<DrivenRun['driven']>(null)
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const told = useRef(0)
  const tell = (run: DrivenRun) => {
    told.current++
    setDriven(run.driven)
    if (run.state !== 'running') setSamples([])
    else {
      const sample = { at: performance.now(), done: doneOf(run) }
      setSamples((known) => sampled(known, sample))
    }
    keepTold(queries, ['run', id], run)
    if (run.state === 'running') return
    for (const name of ['attempts', 'aliases'])
      void queries.invalidateQueries({ queryKey: [name, id] })
  }
  const take = async (answer: Promise<DrivenRun>) => {
    const before = told.current
    const run = await answer
    if (told.current === before) tell(run)
    // What was told meanwhile may be of before it: an end that this has gone on behind, say.
    else void queries.invalidateQueries({ queryKey: ['run', id], exact: true })
  }
  const address = state === 'running' ? `/api/runs/${id}/events` : null
  const link = useEvents(address, 'run', (data) => tell(JSON.parse(data) as DrivenRun))
  return { driven: state === 'running' ? driven : null, samples, link, take }
}

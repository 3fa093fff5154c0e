import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api, type Run } from '../api/client.ts'
import { useMay } from '../session/session.ts'
import { useKeys } from '../shell/keys.ts'
import { ProblemText } from '../shell/states.tsx'
import { ResumeDialog } from './ResumeDialog.tsx'
import type { Watched } from './run-events.ts'

/** What holds a run: pause and go on, stop, resume. Nothing for whom the service would refuse it. */
export function RunControls({ run, watched }: { run: Run; watched: Watched }) {
  const may = useMay('replay')
  const [isResuming, setResuming] = useState(false)
  const { driven, take } = watched
  const holding = useMutation({
    mutationFn: (what: keyof typeof HOLDS) => take(answered(HOLDS[what](run.id))),
  })
  const { isPending, variables, mutate } = holding
  const pauseOrGoOn = () => {
    // Also before an event has told who drives it: whoever has just begun it may be in haste.
    const isGoing = driven === 'running' || (driven === null && run.state === 'running')
    if (!isPending && isGoing) mutate('pause')
    if (!isPending && driven === 'paused') mutate('continue')
  }
  useKeys(may ? { p: pauseOrGoOn } : {})
  if (!may || run.state === 'done') return null
  const isHeld = driven === 'running' || driven === 'paused'
  return (
    <span className="actions">
      {holding.isError && (
        <span className="wrong" role="alert">
          <ProblemText error={holding.error} />
        </span>
      )}
      {isHeld && (
        <>
          <button type="button" disabled={isPending} onClick={pauseOrGoOn} title="Key p">
            {driven === 'paused' ? 'Go on' : 'Pause'}
          </button>
          <button
            type="button"
            disabled={isPending}
            onClick={() => mutate('stop')}
            title="Breaks off what is under way, which is in doubt then: pause it first to let that end"
          >
            {isPending && variables === 'stop' ? 'Stopping…' : 'Stop'}
          </button>
        </>
      )}
      {(run.state !== 'running' || driven === 'nobody') && (
        <button
          type="button"
          disabled={run.plan === null}
          title={run.plan === null ? 'An older version made it and kept no plan' : undefined}
          onClick={() => setResuming(true)}
        >
          Resume…
        </button>
      )}
      {isResuming && <ResumeDialog run={run} take={take} onClose={() => setResuming(false)} />}
    </span>
  )
}

const path = (id: number) => ({ params: { path: { id } } })

const HOLDS = {
  pause: (id: number) => api.POST('/api/runs/{id}/pause', path(id)),
  continue: (id: number) => api.POST('/api/runs/{id}/continue', path(id)),
  stop: (id: number) => api.POST('/api/runs/{id}/stop', path(id)),
}

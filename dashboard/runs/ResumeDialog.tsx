import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api, Refused, type DrivenRun, type Run } from '../api/client.ts'
import { Choice } from '../replay/fields.tsx'
import { HostField, isMeant } from '../replay/HostField.tsx'
import { MannerFields } from '../replay/MannerFields.tsx'
import { USUAL_MANNER, type Manner } from '../replay/wish.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { ProblemText } from '../shell/states.tsx'

type InFlight = 'stop' | 'skip' | 'send'

/** Goes on with a run; asks about what may have been under way only where the service does not know. */
export function ResumeDialog({
  run,
  take,
  onClose,
}: {
  run: Run
  take: (answer: Promise<DrivenRun>) => Promise<void>
  onClose: () => void
}) {
  const [manner, setManner] = useState<Manner>(run.manner ?? USUAL_MANNER)
  const [inFlight, setInFlight] = useState<InFlight>('stop')
  const [typed, setTyped] = useState('')
  const resuming = useMutation({
    mutationFn: () => {
      const body = { ...manner, lanes: [...manner.lanes], in_flight: inFlight }
      const params = { path: { id: run.id } }
      return take(answered(api.POST('/api/runs/{id}/resume', { params, body })))
    },
    onSuccess: onClose,
  })
  const isAsked =
    inFlight !== 'stop' ||
    (resuming.error instanceof Refused && resuming.error.code === 'run_in_doubt')
  const mayGo =
    isMeant(run.target, typed) && !resuming.isPending && !(isAsked && inFlight === 'stop')
  return (
    <Dialog title={`Resume run ${run.id}`} onClose={onClose}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault()
          if (mayGo) resuming.mutate()
        }}
      >
        <p>
          It goes on to <code>{run.target}</code> behind what was sent; nothing that came to its end
          is sent again.{' '}
          {run.manner === null
            ? 'How it was begun is not kept: this is how runs usually are.'
            : 'This is how it was begun.'}
        </p>
        <MannerFields
          manner={manner}
          onManner={(parts) => setManner((before) => ({ ...before, ...parts }))}
        />
        {resuming.isError && (
          <p className="wrong" role="alert">
            {isAsked ? resuming.error.message : <ProblemText error={resuming.error} />}
          </p>
        )}
        {isAsked && (
          <Choice<InFlight>
            legend="What may have been under way when its process died"
            value={inFlight}
            onSay={setInFlight}
            all={[
              ['skip', 'Leave it', 'it is noted as in doubt'],
              ['send', 'Send it again', 'if it was applied, it is applied twice'],
            ]}
          />
        )}
        <HostField target={run.target} typed={typed} onTyped={setTyped} />
        <p className="actions">
          <button type="submit" className="primary" disabled={!mayGo}>
            {resuming.isPending ? 'Resuming…' : 'Resume'}
          </button>
          {resuming.isPending && run.state === 'running' && (
            <span className="muted">its former process may still have it: that is waited for</span>
          )}
        </p>
      </form>
    </Dialog>
  )
}

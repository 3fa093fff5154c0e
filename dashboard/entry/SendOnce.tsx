import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api, type DrivenRun, type WholeEntry } from '../api/client.ts'
import { HostField, isMeant } from '../replay/HostField.tsx'
import { TargetField } from '../replay/TargetField.tsx'
import { isTarget, planBody, runBody, UNSPARED, USUAL_MANNER, type Wish } from '../replay/wish.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { ProblemText } from '../shell/states.tsx'

/** Sends one entry to a target, as a run of one. */
export function SendOnceDialog({
  entry,
  onClose,
  onBegun,
}: {
  entry: WholeEntry
  onClose: () => void
  onBegun: (run: DrivenRun) => void
}) {
  const queries = useQueryClient()
  const [target, setTarget] = useState('')
  const [typed, setTyped] = useState('')
  const wish = wishOf(entry, target)
  const plan = useQuery({
    queryKey: ['plan', planBody(wish, entry.stream, 1)],
    queryFn: ({ signal }) =>
      answered(api.POST('/api/plans', { body: planBody(wish, entry.stream, 1), signal })),
  })
  const sending = useMutation({
    mutationFn: () => answered(api.POST('/api/runs', { body: runBody(wish, entry.stream) })),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ['runs'] })
      onBegun(run)
    },
  })
  const error = sending.error ?? plan.error
  const mayGo =
    isTarget(target) &&
    plan.data !== undefined &&
    plan.data.planned > 0 &&
    plan.data.allowed !== 'no' &&
    isMeant(target, typed) &&
    !sending.isPending
  return (
    <Dialog title={`Send entry ${entry.id} once`} onClose={onClose}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault()
          if (mayGo) sending.mutate()
        }}
      >
        <p className="one-line">
          <span className={`method ${entry.method.toLowerCase()}`}>{entry.method}</span>{' '}
          <span className="mono">{entry.target}</span>
        </p>
        {cautionOf(entry) !== null && <p className="notice">{cautionOf(entry)}</p>}
        <TargetField {...{ target, plan: plan.data }} stream={entry.stream} onTarget={setTarget} />
        {isTarget(target) && <HostField {...{ target, typed }} onTyped={setTyped} />}
        {plan.data?.planned === 0 && (
          <p className="wrong">It is settled as not applied: no run sends it.</p>
        )}
        {error !== null && (
          <p className="wrong" role="alert">
            <ProblemText error={error} />
          </p>
        )}
        <p className="actions">
          <button type="submit" className="primary" disabled={!mayGo}>
            {sending.isPending ? 'Sending…' : 'Send'}
          </button>
        </p>
      </form>
    </Dialog>
  )
}

/** Whatever its verdict is: somebody wants to see what comes of it. */
function wishOf({ id, stream, verdict }: WholeEntry, target: string): Wish {
  return {
    ...USUAL_MANNER,
    ...UNSPARED,
    filter: { stream, id: String(id), verdict },
    target,
    concurrency: 1,
    in_doubt: 'send',
  }
}

function cautionOf({ verdict, settled }: WholeEntry): string | null {
  if (verdict === 'in_doubt' && settled === null)
    return 'Nobody knows whether it was applied. Sent to the same backend it may be applied twice.'
  if (verdict === 'failed') return 'It failed when it was recorded.'
  return verdict === 'context' ? 'It changed nothing when it was recorded.' : null
}

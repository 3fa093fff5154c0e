import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { go } from '../address.ts'
import { answered, api, type Plan } from '../api/client.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { ProblemText } from '../shell/states.tsx'
import { useRefusal } from '../session/session.ts'
import { HostField, isMeant } from './HostField.tsx'
import { sentText } from './plan-words.ts'
import { hostOf, isTarget, isThisMachine, runBody, type Wish } from './wish.ts'

/** Begins the run and goes to its page; or says why it cannot be begun. */
export function StartButton({
  wish,
  stream,
  plan,
  limit,
}: {
  wish: Wish
  stream: string | undefined
  /** Null: there is none yet of what is asked for now. */
  plan: Plan | null
  /** How many of its entries were asked for. */
  limit: number
}) {
  const refusal = useRefusal('replay')
  const [isAsking, setAsking] = useState(false)
  const start = useStart(wish, stream)
  const why = refusal ?? whyNot(wish, stream, plan)
  const text = plan === null ? 'Start' : `Start: ${requestsText(plan, limit)}`
  return (
    <>
      <span className="actions start">
        <span id="start-why" className={start.isError ? 'wrong' : 'muted'} role="status">
          {start.isError ? <ProblemText error={start.error} /> : why}
        </span>
        <button
          type="button"
          className="primary"
          aria-describedby="start-why"
          disabled={why !== null || start.isPending}
          onClick={() => (isThisMachine(wish.target) ? start.mutate() : setAsking(true))}
        >
          {start.isPending ? 'Starting…' : text}
        </button>
      </span>
      {isAsking && plan !== null && (
        <Asking {...{ plan, limit, start }} target={wish.target} onClose={() => setAsking(false)} />
      )}
    </>
  )
}

function Asking({
  plan,
  limit,
  target,
  start,
  onClose,
}: {
  plan: Plan
  limit: number
  target: string
  start: ReturnType<typeof useStart>
  onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  return (
    <Dialog title={`Replay to ${hostOf(target)}`} onClose={onClose}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault()
          if (isMeant(target, typed) && !start.isPending) start.mutate()
        }}
      >
        <p>
          <b>{requestsText(plan, limit)}</b> of {plan.stream} will be sent.
        </p>
        <HostField {...{ target, typed }} onTyped={setTyped} />
        {start.isError && (
          <p className="wrong" role="alert">
            <ProblemText error={start.error} />
          </p>
        )}
        <p className="actions">
          <button
            type="submit"
            className="primary"
            disabled={!isMeant(target, typed) || start.isPending}
          >
            Send them
          </button>
        </p>
      </form>
    </Dialog>
  )
}

function useStart(wish: Wish, stream: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => answered(api.POST('/api/runs', { body: runBody(wish, stream ?? '') })),
    onSuccess: (run) => {
      queries.setQueryData(['run', run.id], run)
      void queries.invalidateQueries({ queryKey: ['runs'] })
      go(`/runs/${run.id}`)
    },
  })
}

function whyNot({ target }: Wish, stream: string | undefined, plan: Plan | null): string | null {
  if (stream === undefined) return 'Choose a stream.'
  if (target === '') return 'Name a target.'
  if (!isTarget(target)) return 'The target is no address.'
  if (plan === null) return 'The plan is being made…'
  if (plan.allowed === 'no') return 'The target is not allowed.'
  if (plan.compaction?.verified === false) return 'Its rules were not verified.'
  if (plan.planned === 0) return 'Nothing would be sent.'
  if (plan.entries.length === 0) return 'It would end before its first entry, which is in doubt.'
  return null
}

function requestsText(plan: Plan, limit: number): string {
  const count = sentText(plan, limit)
  return count === '1' ? '1 request' : `${count} requests`
}

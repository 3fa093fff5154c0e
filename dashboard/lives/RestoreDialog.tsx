import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api, type Epoch } from '../api/client.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { NameField } from '../shell/NameField.tsx'
import { ProblemText } from '../shell/states.tsx'

/** Has the service restore a backend; what that changes there cannot be taken back, so its name is typed. */
export function RestoreDialog({ life, onClose }: { life: Epoch; onClose: () => void }) {
  const { stream, number } = life
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState('')
  const [inDoubt, setInDoubt] = useState<Policy>('')
  const [inFlight, setInFlight] = useState<Policy>('')
  const targets = useTargets(stream)
  const target = chosen === '' ? targets[0] : chosen
  const path = { stream, number }
  const restoring = useMutation({
    mutationFn: () => {
      const body = {
        ...(target !== undefined && { target }),
        ...(inDoubt !== '' && { in_doubt: inDoubt }),
        ...(inFlight !== '' && { in_flight: inFlight }),
      }
      return answered(
        api.POST('/api/streams/{stream}/epochs/{number}/restore', { params: { path }, body }),
      )
    },
    onSuccess: onClose,
  })
  return (
    <Dialog title={`Restore the backend of ${stream}`} onClose={onClose}>
      <form
        className="settling"
        onSubmit={(event) => {
          event.preventDefault()
          restoring.mutate()
        }}
      >
        <p>
          All that was recorded is sent to it again{target !== undefined && <At at={target} />}, and
          clients are let in when it is there. If it has its state after all, it has all of it twice
          then: that cannot be taken back.
        </p>
        {targets.length > 1 && (
          <label className="field">
            Which one lost it
            <select value={target} onChange={(event) => setChosen(event.target.value)}>
              {targets.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        <PolicyField
          label="Entries in doubt"
          value={inDoubt}
          onSay={setInDoubt}
          names={['Fail before the first', 'Leave them out', 'Send them']}
        />
        {life.run !== null && (
          <PolicyField
            label="What was under way when it broke off"
            value={inFlight}
            onSay={setInFlight}
            names={['Fail', 'Leave it', 'Send it again']}
          />
        )}
        <NameField name={stream} typed={typed} onTyped={setTyped} isFirst />
        <p className="actions">
          <button
            type="submit"
            className="primary"
            disabled={typed.trim() !== stream || restoring.isPending}
          >
            Restore it
          </button>
        </p>
        {restoring.isError && (
          <p className="wrong" role="alert">
            <ProblemText error={restoring.error} />
          </p>
        )}
      </form>
    </Dialog>
  )
}

/** Empty: as the service is set. */
type Policy = '' | 'stop' | 'skip' | 'send'
const POLICIES = ['stop', 'skip', 'send'] as const

function PolicyField({
  label,
  value,
  names,
  onSay,
}: {
  label: string
  value: Policy
  /** Of each of POLICIES. */
  names: readonly [string, string, string]
  onSay: (policy: Policy) => void
}) {
  return (
    <label className="field">
      {label}
      <select value={value} onChange={(event) => onSay(event.target.value as Policy)}>
        <option value="">As the service is set</option>
        {POLICIES.map((policy, i) => (
          <option key={policy} value={policy}>
            {names[i]}
          </option>
        ))}
      </select>
    </label>
  )
}

function At({ at }: { at: string }) {
  return (
    <>
      , at <code>{at}</code>
    </>
  )
}

/** In front of what it was recorded. */
function useTargets(stream: string): readonly string[] {
  const { data } = useQuery({
    queryKey: ['streams'],
    queryFn: () => answered(api.GET('/api/streams')),
  })
  return data?.streams.find((one) => one.stream === stream)?.targets ?? []
}

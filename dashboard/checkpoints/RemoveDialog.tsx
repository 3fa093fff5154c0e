import { useState } from 'react'
import { answered, api, type Checkpoint } from '../api/client.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { NameField } from '../shell/NameField.tsx'
import { ProblemText } from '../shell/states.tsx'
import { nameOf, useChange } from './checkpoints.ts'

/** Its number, note and moment do not come back, and restores send more from then on: its name is typed. */
export function RemoveDialog({
  checkpoint,
  onClose,
}: {
  checkpoint: Checkpoint
  onClose: () => void
}) {
  const { stream, number, entry } = checkpoint
  const name = nameOf(checkpoint)
  const [typed, setTyped] = useState('')
  const removing = useChange(() => {
    const params = { path: { stream, number } }
    return answered(api.DELETE('/api/streams/{stream}/checkpoints/{number}', { params }))
  })
  const isMeant = typed.trim() === name
  return (
    <Dialog title={`Take back checkpoint ${number} of ${stream}`} onClose={onClose}>
      <form
        className="settling"
        onSubmit={(event) => {
          event.preventDefault()
          if (isMeant && !removing.isPending) removing.mutate(undefined, { onSuccess: onClose })
        }}
      >
        <p>
          Restores send again what it left out, up to entry {entry}, unless another checkpoint does.
          A backend that keeps that has it twice then.
        </p>
        <NameField name={name} typed={typed} onTyped={setTyped} isFirst />
        <p className="actions">
          <button type="submit" className="primary" disabled={!isMeant || removing.isPending}>
            Take it back
          </button>
        </p>
        {removing.isError && (
          <p className="wrong" role="alert">
            <ProblemText error={removing.error} />
          </p>
        )}
      </form>
    </Dialog>
  )
}

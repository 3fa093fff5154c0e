import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api, type Epoch } from '../api/client.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { NameField } from '../shell/NameField.tsx'
import { ProblemText } from '../shell/states.tsx'

/** Lets clients in as the backend is: what they see and do there cannot be taken back, so its name is typed. */
export function OpenDialog({ life, onClose }: { life: Epoch; onClose: () => void }) {
  const { stream, number } = life
  const [typed, setTyped] = useState('')
  const path = { stream, number }
  const opening = useMutation({
    mutationFn: () =>
      answered(api.POST('/api/streams/{stream}/epochs/{number}/open', { params: { path } })),
    onSuccess: onClose,
  })
  return (
    <Dialog title={`Let clients of ${stream} in`} onClose={onClose}>
      <form
        className="settling"
        onSubmit={(event) => {
          event.preventDefault()
          opening.mutate()
        }}
      >
        <p>
          They will see the backend as it is, with what it has lost, and change it. That cannot be
          taken back.{life.holder !== null && ' The restore that is under way ends.'}
        </p>
        <NameField name={stream} typed={typed} onTyped={setTyped} isFirst />
        <p className="actions">
          <button
            type="submit"
            className="primary"
            disabled={typed.trim() !== stream || opening.isPending}
          >
            Let them in
          </button>
        </p>
        {opening.isError && (
          <p className="wrong" role="alert">
            <ProblemText error={opening.error} />
          </p>
        )}
      </form>
    </Dialog>
  )
}

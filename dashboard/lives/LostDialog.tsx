import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api } from '../api/client.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { NameField } from '../shell/NameField.tsx'
import { ProblemText } from '../shell/states.tsx'

/**
 * Says that a backend has lost its state, where it shows nothing that tells. One that has it would have all
 * of it sent once more, so its name is typed.
 */
export function LostDialog({ stream, onClose }: { stream: string; onClose: () => void }) {
  const [why, setWhy] = useState('')
  const [typed, setTyped] = useState('')
  const saying = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/api/streams/{stream}/epochs', { params: { path: { stream } }, body: { why } }),
      ),
    onSuccess: onClose,
  })
  return (
    <Dialog title={`The backend of ${stream} lost its state`} onClose={onClose}>
      <form
        className="settling"
        onSubmit={(event) => {
          event.preventDefault()
          saying.mutate()
        }}
      >
        <p>
          Clients are kept away from now on, and what was recorded is sent to it again, as after a
          loss that was noticed. If it has its state after all, it has all of it twice then: that
          cannot be taken back.
        </p>
        <label className="field">
          What told so
          <input
            type="text"
            data-first
            value={why}
            maxLength={500}
            placeholder="the container was recreated"
            onChange={({ target }) => setWhy(target.value)}
          />
        </label>
        <NameField name={stream} typed={typed} onTyped={setTyped} isFirst={false} />
        <p className="actions">
          <button
            type="submit"
            className="primary"
            disabled={why.trim() === '' || typed.trim() !== stream || saying.isPending}
          >
            Keep clients away, and restore it
          </button>
        </p>
        {saying.isError && (
          <p className="wrong" role="alert">
            <ProblemText error={saying.error} />
          </p>
        )}
      </form>
    </Dialog>
  )
}

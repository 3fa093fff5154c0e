import { useState } from 'react'
import { follow } from '../address.ts'
import { answered, api } from '../api/client.ts'
import { countText } from '../journal/shown.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { ProblemText } from '../shell/states.tsx'
import { checkpointsAddress, placeBody, useChange, type Place } from './checkpoints.ts'

/** Says that nothing before a place is needed: behind the newest entry, or behind the one that is looked at. */
export function SetDialog({
  stream,
  entry,
  onClose,
}: {
  stream: string
  /** Undefined: where is asked for. */
  entry?: number
  onClose: () => void
}) {
  const [place, setPlace] = useState<Place>({
    at: entry === undefined ? '' : String(entry),
    note: '',
  })
  const setting = useChange((wanted: Place) => {
    const params = { path: { stream } }
    const body = placeBody(wanted)
    return answered(api.POST('/api/streams/{stream}/checkpoints', { params, body }))
  })
  if (setting.data !== undefined) {
    return <IsSet stream={stream} set={setting.data} onClose={onClose} />
  }
  return (
    <Dialog title={`Set a checkpoint of ${stream}`} onClose={onClose}>
      <form
        className="settling"
        onSubmit={(event) => {
          event.preventDefault()
          setting.mutate(place)
        }}
      >
        <Meaning />
        {entry === undefined ? (
          <label className="field">
            The last entry that is left out
            <input
              type="text"
              data-first
              value={place.at}
              placeholder="the newest"
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => setPlace({ ...place, at: target.value })}
            />
            <span className="muted">
              Its id, or a moment such as 2026-01-31T12:00Z: the last one by then.
            </span>
          </label>
        ) : (
          <p>
            Entry <b>{entry}</b> is the last that is left out.
          </p>
        )}
        <label className="field wide">
          Why, for people
          <input
            type="text"
            {...(entry !== undefined && { 'data-first': true })}
            value={place.note}
            maxLength={500}
            placeholder="written to its disk"
            onChange={({ target }) => setPlace({ ...place, note: target.value })}
          />
        </label>
        <p className="actions">
          <button type="submit" className="primary" disabled={setting.isPending}>
            Set it
          </button>
        </p>
        {setting.isError && (
          <p className="wrong" role="alert">
            <ProblemText error={setting.error} />
          </p>
        )}
      </form>
    </Dialog>
  )
}

function Meaning() {
  return (
    <p>
      Nothing before it is needed to restore the backend: it keeps what it had been sent by then, or
      was reset on purpose. Restores begin behind the furthest checkpoint. It can be taken back.
    </p>
  )
}

interface IsSetProps {
  stream: string
  set: { checkpoint: { number: number; entry: number }; in_doubt: number }
  onClose: () => void
}

function IsSet({ stream, set: { checkpoint, in_doubt: doubts }, onClose }: IsSetProps) {
  return (
    <Dialog title={`Checkpoint ${checkpoint.number} of ${stream} is set`} onClose={onClose}>
      <div className="settling">
        <p role="status">
          It stands at entry {checkpoint.entry}.{' '}
          <a
            href={checkpointsAddress(stream)}
            onClick={(event) => {
              follow(event)
              onClose()
            }}
          >
            All checkpoints of {stream}
          </a>
        </p>
        {doubts > 0 && (
          <p className="notice">
            {doubts === 1 ? '1 entry' : `${countText(doubts)} entries`} in doubt before it: whether
            the backend has what they did is not asked by a restore any more.
          </p>
        )}
        <p className="actions">
          <button type="button" className="primary" data-first onClick={onClose}>
            Close
          </button>
        </p>
      </div>
    </Dialog>
  )
}

import { useState } from 'react'
import { useMay } from '../session/session.ts'
import { SetDialog } from './SetDialog.tsx'

/** Sets a checkpoint behind an entry that is looked at. Nothing for whom it would be refused. */
export function CheckpointButton({
  entry: { id, stream },
}: {
  entry: { id: number; stream: string }
}) {
  const may = useMay('admin')
  const [isSetting, setSetting] = useState(false)
  if (!may) return null
  return (
    <>
      <button
        type="button"
        onClick={() => setSetting(true)}
        title="Nothing up to it is needed to restore the backend"
      >
        Checkpoint…
      </button>
      {isSetting && <SetDialog stream={stream} entry={id} onClose={() => setSetting(false)} />}
    </>
  )
}

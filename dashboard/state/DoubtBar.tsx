import { useState } from 'react'
import type { WholeEntry } from '../api/client.ts'
import { useMay } from '../session/session.ts'
import { causeWords, deliveryWords } from './doubt-words.ts'
import { SettleDialog } from './SettleDialog.tsx'
import { isUnsettled } from './settling.ts'

/** Of an entry that is or was in doubt: why, and a way to say what became of it. */
export function DoubtBar({ entry }: { entry: WholeEntry }) {
  const [isOpen, setOpen] = useState(false)
  const may = useMay('replay')
  const { id, cause, delivery, settled } = entry
  if (!isUnsettled(entry) && settled === null) return null
  const why = [causeWords(cause), deliveryWords(delivery)].filter(Boolean).join('; ')
  return (
    <p className="doubt-bar">
      <span>
        <b>{settled === null ? 'In doubt' : `Settled: ${settled.replace('_', ' ')}`}</b>
        {why !== '' && `: ${why}`}.
      </span>
      {may && (
        <button type="button" onClick={() => setOpen(true)}>
          {settled === null ? 'Settle…' : 'Take back…'}
        </button>
      )}
      {isOpen && (
        <SettleDialog
          whom={{ ids: [id] }}
          onClose={() => setOpen(false)}
          onDone={() => setOpen(false)}
        />
      )}
    </p>
  )
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { countText } from '../journal/shown.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { Loading } from '../shell/states.tsx'
import {
  isUnsettled,
  readAllDoubts,
  readDoubts,
  settleAll,
  settleEntries,
  type Doubt,
  type Settlement,
} from './settling.ts'

export interface SettleDialogProps {
  /** Chosen entries, of which some may not be in doubt; or all of a stream that are. */
  whom: { ids: readonly number[] } | { stream: string }
  onClose: () => void
  onDone: () => void
}

/** Says what became of entries in doubt, or takes that back. */
export function SettleDialog({ whom, onClose, onDone }: SettleDialogProps) {
  const isAll = 'stream' in whom
  const title = isAll ? `Settle all of ${whom.stream}` : 'Settle entries in doubt'
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="settling">
        {isAll ? (
          <AllOf stream={whom.stream} onDone={onDone} />
        ) : (
          <Chosen ids={whom.ids} onDone={onDone} />
        )}
      </div>
    </Dialog>
  )
}

function useSettling(settle: (settlement: Settlement) => Promise<number>, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: settle,
    onSuccess: () => {
      for (const name of ['doubts', 'streams', 'audit', 'entry']) {
        void queries.invalidateQueries({ queryKey: [name] })
      }
      onDone()
    },
  })
}

/** What a settlement can change. */
const wanted = (entries: readonly Doubt[], settlement: Settlement) =>
  entries.filter((one) => (settlement === null ? one.settled !== null : isUnsettled(one)))

function Chosen({ ids, onDone }: { ids: readonly number[]; onDone: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['doubts chosen', ids],
    queryFn: ({ signal }) => readDoubts(ids, signal),
    staleTime: 0,
    gcTime: 0,
  })
  const entries = data ?? []
  const settling = useSettling((one) => settleEntries(wanted(entries, one), one), onDone)
  const open = wanted(entries, 'applied').length
  const settled = wanted(entries, null).length
  const others = entries.length - open - settled
  if (data === undefined && error === null) return <Loading what="what was chosen" />
  return (
    <>
      <p>
        {counted(open)} in doubt
        {settled > 0 && <>, {countText(settled)} settled already</>}
        {others > 0 && <>; {countText(others)} never in doubt, which stay as they are</>}.
      </p>
      <Meaning />
      <p className="actions">
        {open > 0 && <Choices count={open} isOff={settling.isPending} onSettle={settling.mutate} />}
        {settled > 0 && (
          <button type="button" disabled={settling.isPending} onClick={() => settling.mutate(null)}>
            Take back {countText(settled)}
          </button>
        )}
      </p>
      <Wrong error={error ?? settling.error} />
    </>
  )
}

/** Of all at once the number is typed: taking it back would take back what was settled before, too. */
function AllOf({ stream, onDone }: { stream: string; onDone: () => void }) {
  const [typed, setTyped] = useState('')
  const { data, error } = useQuery({
    queryKey: ['doubts of all', stream],
    queryFn: ({ signal }) => readAllDoubts(stream, signal),
    staleTime: 0,
    gcTime: 0,
  })
  const settling = useSettling((one) => settleAll(data!, one), onDone)
  if (error !== null) return <Wrong error={error} />
  if (data === undefined) return <Loading what="how many they are" />
  const { count } = data
  return (
    <>
      <p>
        {count === 1 ? '1 entry' : `${countText(count)} entries`} of <b>{stream}</b>{' '}
        {count === 1 ? 'is' : 'are'} in doubt. What comes from now on does not join.
      </p>
      <Meaning />
      <label className="field">
        Type {count} to settle all of them at once
        <input
          type="text"
          inputMode="numeric"
          autoFocus
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
      <p className="actions">
        <Choices
          count={count}
          isOff={settling.isPending || count === 0 || typed.trim() !== String(count)}
          onSettle={settling.mutate}
        />
      </p>
      <Wrong error={settling.error} />
    </>
  )
}

function Wrong({ error }: { error: Error | null }) {
  return (
    error !== null && (
      <p className="wrong" role="alert">
        {error.message}
      </p>
    )
  )
}

function Choices({
  count,
  isOff,
  onSettle,
}: {
  count: number
  isOff: boolean
  onSettle: (settlement: Settlement) => void
}) {
  const were = count === 1 ? 'was' : 'were'
  return (
    <>
      <button
        type="button"
        className="primary"
        disabled={isOff}
        onClick={() => onSettle('applied')}
      >
        {countText(count)} {were} applied
      </button>
      <button type="button" disabled={isOff} onClick={() => onSettle('not_applied')}>
        {countText(count)} {were} not applied
      </button>
    </>
  )
}

function Meaning() {
  return (
    <dl className="meaning">
      <div>
        <dt>Applied</dt>
        <dd>The backend took it. A replay sends it, in its place.</dd>
      </div>
      <div>
        <dt>Not applied</dt>
        <dd>It had no effect. A replay leaves it out, and goes on.</dd>
      </div>
      <div>
        <dt>Take back</dt>
        <dd>In doubt again. A replay ends before it. Possible at any time.</dd>
      </div>
    </dl>
  )
}

const counted = (n: number) => (n === 1 ? '1 entry is' : `${countText(n)} entries are`)

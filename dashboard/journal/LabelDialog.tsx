import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api } from '../api/client.ts'
import { idLists } from '../lists/ids.ts'
import { Dialog } from '../shell/Dialog.tsx'
import { NameField } from '../shell/NameField.tsx'
import { queryOf, type Filter } from './filter.ts'
import { countText } from './shown.ts'

export interface LabelDialogProps {
  filter: Filter
  chosen: ReadonlySet<number>
  onClose: () => void
  onDone: () => void
}

/** Labels what is chosen, or all that matches. */
export function LabelDialog({ filter, chosen, onClose, onDone }: LabelDialogProps) {
  const [label, setLabel] = useState('')
  /** What was asked for, of which it is still to be said that it is meant; undefined: nothing was. */
  const [asked, setAsked] = useState<string | null>()
  const [typed, setTyped] = useState('')
  const [whom, setWhom] = useState<'chosen' | 'matching'>(chosen.size > 0 ? 'chosen' : 'matching')
  const isNarrowed = queryOf(filter) !== ''
  const matching = useQuery({
    queryKey: ['count', filter],
    queryFn: () =>
      answered(api.GET('/api/timeline', { params: { query: { ...filter, spans: 1 } } })),
    enabled: isNarrowed,
  })
  const count = (matching.data?.spans ?? [])
    .flatMap((span) => Object.values(span))
    .reduce((a, b) => a + b, 0)
  const queries = whom === 'matching' ? [filter] : idLists([...chosen]).map((id) => ({ id }))
  const borne = useQuery({
    queryKey: ['labels', queries],
    queryFn: () =>
      Promise.all(queries.map((query) => answered(api.GET('/api/labels', { params: { query } })))),
    enabled: !isIdle(whom, chosen, isNarrowed),
    // What bore which label a while ago says nothing of what would be lost now.
    ...{ staleTime: 0, gcTime: 0 },
  })
  const overwritten = lostFor(label, borne.data)
  const labelling = useMutation({
    mutationFn: async (to: string | null) => {
      for (const query of queries) {
        await answered(api.PATCH('/api/entries', { params: { query }, body: { label: to } }))
      }
    },
    onSuccess: onDone,
  })
  const say = async (to: string | null) => {
    const { data } = borne.data === undefined ? await borne.refetch(GOING_ON) : borne
    // Where nobody knows what would be lost, the reason is shown.
    if (data === undefined) return
    if (lostFor(to, data) > 1) setAsked(to)
    else labelling.mutate(to)
  }
  const isBusy = labelling.isPending || isIdle(whom, chosen, isNarrowed)
  if (asked !== undefined) {
    const lost = String(lostFor(asked, borne.data))
    return (
      <Dialog key="meant" title="Label entries" onClose={onClose}>
        <form
          className="fields"
          onSubmit={(event) => {
            event.preventDefault()
            labelling.mutate(asked)
          }}
        >
          <p>
            {countText(Number(lost))} entries lose the label that they bear. Nobody can tell
            afterwards which bore it.
          </p>
          <NameField name={lost} typed={typed} onTyped={setTyped} isFirst />
          <Wrong error={labelling.error} />
          <p className="actions">
            <button type="submit" className="primary" disabled={typed.trim() !== lost || isBusy}>
              {asked === null ? 'Take labels away' : 'Set label'}
            </button>
          </p>
        </form>
      </Dialog>
    )
  }
  return (
    <Dialog title="Label entries" onClose={onClose}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault()
          void say(label)
        }}
      >
        <fieldset>
          <legend>Which</legend>
          <label>
            <input
              type="radio"
              name="whom"
              disabled={chosen.size === 0}
              checked={whom === 'chosen'}
              onChange={() => setWhom('chosen')}
            />{' '}
            {countText(chosen.size)} chosen
          </label>
          <label>
            <input
              type="radio"
              name="whom"
              disabled={!isNarrowed}
              checked={whom === 'matching'}
              onChange={() => setWhom('matching')}
            />{' '}
            {isNarrowed
              ? `all that match the filter${matching.data ? ` (${countText(count)}${matching.data.next === null ? '' : ' or more'})` : ''}`
              : 'all that match a filter (there is none)'}
          </label>
        </fieldset>
        <label className="field">
          Label
          <input
            type="text"
            value={label}
            maxLength={200}
            data-first
            onChange={({ target }) => setLabel(target.value)}
          />
        </label>
        {overwritten > 0 && (
          <p className="muted" role="status">
            {overwritten === 1
              ? 'One of them bears another label, and loses it.'
              : `${countText(overwritten)} of them bear another label, and lose it.`}
          </p>
        )}
        <Wrong error={labelling.error ?? borne.error} />
        <p className="actions">
          <button type="submit" className="primary" disabled={label === '' || isBusy}>
            Set label
          </button>
          <button type="button" disabled={isBusy} onClick={() => void say(null)}>
            Take labels away
          </button>
        </p>
      </form>
    </Dialog>
  )
}

/** What is being asked already is waited for. */
const GOING_ON = { cancelRefetch: false }

type Borne = readonly { labels: readonly { label: string; count: number }[] }[]

/** How many lose a label of theirs for `to`. */
function lostFor(to: string | null, borne: Borne = []): number {
  return borne
    .flatMap(({ labels }) => labels)
    .reduce((sum, one) => (one.label === to ? sum : sum + one.count), 0)
}

function Wrong({ error }: { error: Error | null }) {
  if (error === null) return null
  return (
    <p className="wrong" role="alert">
      {error.message}
    </p>
  )
}

function isIdle(whom: 'chosen' | 'matching', chosen: ReadonlySet<number>, isNarrowed: boolean) {
  return whom === 'chosen' ? chosen.size === 0 : !isNarrowed
}

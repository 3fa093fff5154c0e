import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api } from '../api/client.ts'
import { idLists } from '../lists/ids.ts'
import { Dialog } from '../shell/Dialog.tsx'
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
  })
  const overwritten = (borne.data ?? [])
    .flatMap(({ labels }) => labels)
    .reduce((sum, one) => (one.label === label ? sum : sum + one.count), 0)
  const labelling = useMutation({
    mutationFn: async (to: string | null) => {
      for (const query of queries) {
        await answered(api.PATCH('/api/entries', { params: { query }, body: { label: to } }))
      }
    },
    onSuccess: onDone,
  })
  return (
    <Dialog title="Label entries" onClose={onClose}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault()
          labelling.mutate(label)
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
        {labelling.isError && (
          <p className="wrong" role="alert">
            {labelling.error.message}
          </p>
        )}
        <p className="actions">
          <button
            type="submit"
            className="primary"
            disabled={label === '' || labelling.isPending || isIdle(whom, chosen, isNarrowed)}
          >
            Set label
          </button>
          <button
            type="button"
            disabled={labelling.isPending || isIdle(whom, chosen, isNarrowed)}
            onClick={() => labelling.mutate(null)}
          >
            Take labels away
          </button>
        </p>
      </form>
    </Dialog>
  )
}

function isIdle(whom: 'chosen' | 'matching', chosen: ReadonlySet<number>, isNarrowed: boolean) {
  return whom === 'chosen' ? chosen.size === 0 : !isNarrowed
}

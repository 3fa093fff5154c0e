import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { follow } from '../address.ts'
import { answered, api, type Plan } from '../api/client.ts'
import { ProblemText } from '../shell/states.tsx'
import { planBody, type Wish } from './wish.ts'

/** All about one entry of a plan, whoever asks: whether it is sent, why not, and for whom it waits. */
export function Explained({ wish, stream }: { wish: Wish; stream: string }) {
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState<number | null>(null)
  const body = { ...planBody(wish, stream, 0), explain: asked ?? 1 }
  const { data, error, isFetching } = useQuery({
    queryKey: ['plan', body],
    queryFn: ({ signal }) => answered(api.POST('/api/plans', { body, signal })),
    enabled: asked !== null,
    gcTime: 30_000,
  })
  const id = /^\d+$/.test(typed.trim()) ? Number(typed.trim()) : null
  return (
    <details className="explained">
      <summary>Why is an entry sent, or not?</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(id)
        }}
      >
        <label>
          Entry{' '}
          <input
            type="text"
            inputMode="numeric"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <button type="submit" disabled={id === null}>
          Explain
        </button>
      </form>
      <div role="status">
        {asked !== null && isFetching && <p className="muted">Looking…</p>}
        {error !== null && (
          <p className="wrong">
            <ProblemText error={error} />
          </p>
        )}
        {asked !== null && !isFetching && data?.explained != null && (
          <Told explained={data.explained} />
        )}
      </div>
    </details>
  )
}

type ExplainedEntry = NonNullable<Plan['explained']>

function Told({ explained }: { explained: ExplainedEntry }) {
  const { entry, left_out: leftOut, stays, lane, previous } = explained
  return (
    <>
      <p>
        <EntryLink {...entry} entry={entry.id} />{' '}
        <b>{leftOut.length === 0 ? 'is sent' : 'is not sent'}</b>
        {lane !== null && <> in the lane {lane}</>}
        {stays !== null && <>, though a rule is about it: {stays}</>}
        {leftOut.length > 0 && ':'}
      </p>
      {leftOut.length > 0 && (
        <ul>
          {leftOut.map((why) => (
            <li key={why}>{why}</li>
          ))}
        </ul>
      )}
      {leftOut.length === 0 && (
        <>
          {previous === null && <p>It is the first.</p>}
          <Neighbours title="It waits for" none="It waits for none." all={explained.waits_for} />
          <Neighbours
            title="Waiting for it"
            none="None waits for it."
            all={explained.waited_for_by}
          />
        </>
      )}
    </>
  )
}

function Neighbours({
  title,
  none,
  all,
}: {
  title: string
  none: string
  all: ExplainedEntry['waits_for']
}) {
  if (all.length === 0) return <p>{none}</p>
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {all.map((one) => (
          <li key={one.entry}>
            <EntryLink {...one} /> <span className="muted">{one.why}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function EntryLink({ entry, method, target }: { entry: number; method: string; target: string }) {
  return (
    <>
      <a href={`/entries/${entry}`} onClick={follow}>
        {entry}
      </a>{' '}
      <span className={`method ${method.toLowerCase()}`}>{method}</span>{' '}
      <span className="mono">{target}</span>
    </>
  )
}

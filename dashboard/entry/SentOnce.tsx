import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { follow } from '../address.ts'
import { answered, api, type DrivenRun, type WholeEntry } from '../api/client.ts'
import { AttemptMore, Outcome } from '../runs/AttemptRow.tsx'
import { useRunEvents } from '../runs/run-events.ts'
import { Failed } from '../shell/states.tsx'
import { useMay } from '../session/session.ts'
import { SendOnceDialog } from './SendOnce.tsx'

/** The button that sends an entry once, and what came of it. Nothing for whom it would be refused. */
export function useSendOnce(entry: WholeEntry | undefined) {
  const may = useMay('replay')
  const [isAsking, setAsking] = useState(false)
  const [sent, setSent] = useState<DrivenRun | null>(null)
  const isThere = may && entry !== undefined
  return {
    button: isThere && (
      <button type="button" onClick={() => setAsking(true)}>
        Send once…
      </button>
    ),
    dialog: isThere && isAsking && (
      <SendOnceDialog
        entry={entry}
        onClose={() => setAsking(false)}
        onBegun={(run) => {
          setAsking(false)
          setSent(run)
        }}
      />
    ),
    outcome: entry !== undefined && sent !== null && (
      <SentOnce key={sent.id} entry={entry.id} begun={sent} onClose={() => setSent(null)} />
    ),
  }
}

function SentOnce({
  entry,
  begun,
  onClose,
}: {
  entry: number
  begun: DrivenRun
  onClose: () => void
}) {
  const queries = useQueryClient()
  const { id, target } = begun
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => answered(api.GET('/api/runs/{id}', { params: { path: { id } } })),
    initialData: begun,
  })
  const { link } = useRunEvents(run.data)
  const isOver = run.data.state !== 'running'
  const attempts = useQuery({
    queryKey: ['attempts of', entry, id],
    queryFn: () =>
      answered(api.GET('/api/runs/{id}/attempts', { params: { path: { id }, query: {} } })),
    enabled: isOver,
  })
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: ['attempts of', entry], exact: true })
  }, [isOver, entry, queries])
  const attempt = attempts.data?.attempts.find((one) => one.entry === entry)
  return (
    <section className="sent-once" aria-label="Sent once">
      <header>
        <h2>Sent once</h2>
        <span className="mono muted">{target}</span>
        <a href={`/runs/${id}`} onClick={follow}>
          Run {id}
        </a>
        <button type="button" className="icon" onClick={onClose} aria-label="Put it away">
          ×
        </button>
      </header>
      <p role="status">
        {attempt !== undefined && (
          <>
            <Outcome outcome={attempt.outcome} />{' '}
            {attempt.detail === null && <span className="muted">answered {attempt.status}</span>}
          </>
        )}
        {!isOver && (link === 'lost' ? 'The connection to the service is lost.' : 'Under way…')}
        {isOver && attempts.data !== undefined && attempt === undefined && (
          <>Nothing was sent: the run ended before it.</>
        )}
      </p>
      {attempts.error !== null && (
        <Failed
          what="What came of it"
          error={attempts.error}
          onRetry={() => void attempts.refetch()}
        />
      )}
      {attempt !== undefined && <AttemptMore run={id} attempt={attempt} />}
    </section>
  )
}

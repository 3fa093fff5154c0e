import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { follow, go } from '../address.ts'
import { answered, api, Refused, type WholeEntry } from '../api/client.ts'
import { CheckpointButton } from '../checkpoints/CheckpointButton.tsx'
import { VerdictMark } from '../journal/columns.tsx'
import { LabelDialog } from '../journal/LabelDialog.tsx'
import { listAddress, moveTrail, neighboursOf } from '../journal/trail.ts'
import { idFilter, replayAddress } from '../replay/wish.ts'
import { useMay } from '../session/session.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { DoubtBar } from '../state/DoubtBar.tsx'
import { Attempts } from './Attempts.tsx'
import { Facts } from './Facts.tsx'
import { useSendOnce } from './SentOnce.tsx'
import { Secrets } from './Secrets.tsx'
import { RequestView, ResponseView } from './SideView.tsx'

/** One entry: what was asked and answered, by whom and when, and what replays made of it. */
export function EntryPage({ id }: { id: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['entry', id],
    queryFn: () => answered(api.GET('/api/entries/{id}', { params: { path: { id } } })),
  })
  const { previous, next } = neighboursOf(id)
  const to = (other: number | undefined) => () => {
    if (other !== undefined && other > 0) go(`/entries/${other}`)
  }
  useEffect(() => moveTrail(id), [id])
  useKeys({
    ...{ j: to(next), k: to(previous), Escape: () => go(listAddress()) },
    r: () => error === null && go(replayAddress({ filter: idFilter([id], data?.stream) })),
  })
  const sending = useSendOnce(data)
  if (error !== null)
    return <Failed what={`Entry ${id}`} error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what={`entry ${id}`} />
  return (
    <article className="entry">
      <Title entry={data} sendOnce={sending.button} />
      <Facts entry={data} />
      {sending.outcome}
      <Secrets entry={data} key={id} />
      <DoubtBar entry={data} />
      <div className="sides">
        <RequestView entry={data} />
        <ResponseView entry={data} />
      </div>
      <Attempts id={id} />
      {sending.dialog}
    </article>
  )
}

const replayOf = ({ id, stream }: WholeEntry) => replayAddress({ filter: idFilter([id], stream) })

function Title({ entry, sendOnce }: { entry: WholeEntry; sendOnce: ReactNode }) {
  const may = useMay('replay')
  const queries = useQueryClient()
  const [isLabelling, setLabelling] = useState(false)
  return (
    <header className="entry-title">
      <a className="button" href={listAddress()} onClick={follow} title="Back to the list (Esc)">
        ←<span className="hidden"> Back to the journal</span>
      </a>
      {/* It may have to be scrolled, also by keys. */}
      <h2 tabIndex={entry.target.length > LONG ? 0 : undefined}>
        <span className={`method ${entry.method.toLowerCase()}`}>{entry.method}</span>{' '}
        <span className="mono">{entry.target}</span>
      </h2>
      <VerdictMark {...entry} />
      {entry.label !== null && <span className="label">{entry.label}</span>}
      <span className="actions">
        <CopyButtons entry={entry} />
        {may && (
          <button type="button" onClick={() => setLabelling(true)}>
            Label…
          </button>
        )}
        <a className="button" href={replayOf(entry)} onClick={follow} title="Replay it (r)">
          Replay…
        </a>
        {sendOnce}
        <CheckpointButton entry={entry} />
      </span>
      {isLabelling && (
        <LabelDialog
          filter={NO_FILTER}
          chosen={new Set([entry.id])}
          onClose={() => setLabelling(false)}
          onDone={() => {
            setLabelling(false)
            void queries.invalidateQueries({ queryKey: ['entry', entry.id] })
          }}
        />
      )}
    </header>
  )
}

const NO_FILTER = {}

/** Of a target, in characters: it may need more lines than there are. */
const LONG = 100

const COPIES = { curl: 'curl', fetch: 'fetch', httpie: 'HTTPie' } as const

function CopyButtons({ entry: { id } }: { entry: WholeEntry }) {
  const [copied, setCopied] = useState<string | null>(null)
  const copy = useCallback(
    (form: keyof typeof COPIES) => {
      void copyToClipboard(id, form).then(
        () => setCopied(`Copied as ${COPIES[form]}`),
        (error: unknown) =>
          setCopied(
            error instanceof Refused ? error.message : 'The browser does not let this page copy',
          ),
      )
    },
    [id],
  )
  useKeys({ c: () => copy('curl') })
  return (
    <>
      <span className="copied muted" role="status">
        {copied}
      </span>
      <span className="toggles" role="group" aria-label="Copy as">
        {Object.entries(COPIES).map(([form, title]) => (
          <button
            key={form}
            type="button"
            title={form === 'curl' ? 'Copy as curl (c)' : `Copy as ${title}`}
            onClick={() => copy(form as keyof typeof COPIES)}
          >
            {title}
          </button>
        ))}
      </span>
    </>
  )
}

/** What is copied is promised at once: browsers let a page copy only while they remember the click. */
async function copyToClipboard(id: number, form: keyof typeof COPIES): Promise<void> {
  const path = { id, form }
  const text = answered(
    api.GET('/api/entries/{id}/copies/{form}', { params: { path }, parseAs: 'text' }),
  )
  const blob = text.then((copy) => new Blob([copy], { type: 'text/plain' }))
  // What the service said explains more than that nothing was copied.
  await Promise.all([text, navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])])
}

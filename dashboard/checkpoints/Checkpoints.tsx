import { useEffect, useRef, useState } from 'react'
import { follow } from '../address.ts'
import type { Checkpoint, Stream } from '../api/client.ts'
import { dateText, fullText, timeText } from '../journal/shown.ts'
import { useMay } from '../session/session.ts'
import { Loading, ProblemText } from '../shell/states.tsx'
import { checkpointsAddress, useCheckpoints } from './checkpoints.ts'
import { RemoveDialog } from './RemoveDialog.tsx'
import { SetDialog } from './SetDialog.tsx'

/** The checkpoints of a stream, to be set and taken back. */
export function Checkpoints({ streams }: { streams: readonly Stream[] }) {
  const only = streams.length === 1 ? streams[0]!.stream : undefined
  const mayAdmin = useMay('admin')
  const [isSetting, setSetting] = useState(false)
  const place = useRef<HTMLElement>(null)
  // Links lead here, and this page is drawn later than the browser looks for the place.
  useEffect(() => {
    const section = place.current!
    const scroller = section.closest('.scrolls')
    if (location.hash === '#checkpoints') scroller?.scrollTo({ top: section.offsetTop - 60 })
  }, [])
  return (
    <section className="panel checkpoints" aria-labelledby="checkpoints" ref={place}>
      <header>
        <h2 id="checkpoints">Checkpoints</h2>
        <span className="gap" />
        {mayAdmin && only !== undefined && (
          <button type="button" onClick={() => setSetting(true)}>
            Set one…
          </button>
        )}
      </header>
      {only === undefined ? <ChooseOne streams={streams} /> : <OfOne stream={only} />}
      {isSetting && only !== undefined && (
        <SetDialog stream={only} onClose={() => setSetting(false)} />
      )}
    </section>
  )
}

function ChooseOne({ streams }: { streams: readonly Stream[] }) {
  return (
    <p className="empty muted">
      Choose a stream:{' '}
      {streams.map(({ stream }, i) => (
        <span key={stream}>
          {i > 0 && ', '}
          <a href={checkpointsAddress(stream)} onClick={follow}>
            {stream}
          </a>
        </span>
      ))}
    </p>
  )
}

function OfOne({ stream }: { stream: string }) {
  const { data, error } = useCheckpoints(stream)
  const mayAdmin = useMay('admin')
  const [removed, setRemoved] = useState<Checkpoint | null>(null)
  if (error !== null)
    return (
      <p className="wrong empty" role="alert">
        <ProblemText error={error} />
      </p>
    )
  if (data === undefined) return <Loading what="the checkpoints" />
  if (data.length === 0) {
    return (
      <p className="empty muted">
        None is set: a restore sends all that was recorded. A checkpoint says that nothing before it
        is needed, for the backend keeps it, or was reset on purpose.
      </p>
    )
  }
  return (
    <>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">Checkpoint</th>
            <th scope="col">At entry</th>
            <th scope="col">Of</th>
            <th scope="col">Set</th>
            <th scope="col">By</th>
            <th scope="col">Why</th>
            {mayAdmin && (
              <th scope="col">
                <span className="hidden">To do</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {data.map((one, index) => (
            <Line
              key={one.number}
              checkpoint={one}
              isFurthest={index === 0}
              onRemove={mayAdmin ? () => setRemoved(one) : null}
            />
          ))}
        </tbody>
      </table>
      {removed !== null && <RemoveDialog checkpoint={removed} onClose={() => setRemoved(null)} />}
    </>
  )
}

interface LineProps {
  checkpoint: Checkpoint
  isFurthest: boolean
  /** Null: the role does not allow it. */
  onRemove: (() => void) | null
}

function Line({ checkpoint, isFurthest, onRemove }: LineProps) {
  const { number, entry, ordered_at: ordered, set_at: setAt, set_by: by, note } = checkpoint
  return (
    <tr>
      <th scope="row" data-label="Checkpoint">
        {number}
        {isFurthest && <span className="life well furthest">restores begin behind it</span>}
      </th>
      <td data-label="At entry">
        <a href={`/entries/${entry}`} onClick={follow}>
          {entry}
        </a>
      </td>
      <td data-label="Of">
        <Moment at={ordered} />
      </td>
      <td data-label="Set">
        <Moment at={setAt} />
      </td>
      <td data-label="By">{by ?? 'nobody that is known'}</td>
      <td data-label="Why">{note ?? '–'}</td>
      {onRemove !== null && (
        <td className="to-do">
          <button type="button" onClick={onRemove} aria-label={`Take back checkpoint ${number}`}>
            Take back…
          </button>
        </td>
      )}
    </tr>
  )
}

function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullText(at)}>
      {dateText(at)} {timeText(at)}
    </time>
  )
}

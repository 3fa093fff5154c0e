import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { follow } from '../address.ts'
import { answered, api, type Epoch } from '../api/client.ts'
import { countText, dateText, fullText, timeText } from '../journal/shown.ts'
import { useMay } from '../session/session.ts'
import { ProblemText } from '../shell/states.tsx'
import { moodOf, secondsText, stagesOf, standingOf, useNewestLives } from './lives.ts'
import { LostDialog } from './LostDialog.tsx'

const PAGE = 20

/** The lives of a backend, the newest first; of all streams the newest of each. */
export function Lives({ stream }: { stream: string | undefined }) {
  const newest = useNewestLives()
  const only = stream ?? (newest.length === 1 ? newest[0]!.stream : undefined)
  const isKept = only !== undefined && newest.some((one) => one.stream === only)
  const place = useRef<HTMLElement>(null)
  // The banner leads here, and this page is drawn later than the browser looks for the place.
  useEffect(() => {
    const section = place.current!
    const scroller = section.closest('.scrolls')
    if (location.hash === '#lives') scroller?.scrollTo({ top: section.offsetTop - 60 })
  }, [])
  return (
    <section className="panel lives" aria-labelledby="lives" ref={place}>
      <header>
        <h2 id="lives">Lives of the backend</h2>
        {isKept && <SayLost stream={only} />}
      </header>
      {isKept ? (
        <OfOne stream={only} />
      ) : only === undefined && newest.length > 0 ? (
        <Table lives={newest} by="stream" />
      ) : (
        <p className="empty muted">
          Nobody looks whether it loses its state. With{' '}
          <code>reprise proxy --restore auto --boot-id '/health json /boot_id'</code> its lives
          stand here, and what it loses is put back by itself.
        </p>
      )}
    </section>
  )
}

function SayLost({ stream }: { stream: string }) {
  const may = useMay('replay')
  const [isSaying, setSaying] = useState(false)
  if (!may) return null
  return (
    <>
      <span className="gap" />
      <button type="button" onClick={() => setSaying(true)}>
        It lost its state…
      </button>
      {isSaying && <LostDialog stream={stream} onClose={() => setSaying(false)} />}
    </>
  )
}

function OfOne({ stream }: { stream: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['lives', stream],
    queryFn: ({ pageParam: before }) => {
      const query = { limit: PAGE, ...(before !== null && { before }) }
      const params = { path: { stream }, query }
      return answered(api.GET('/api/streams/{stream}/epochs', { params }))
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ epochs }) => (epochs.length < PAGE ? null : epochs.at(-1)!.number),
    placeholderData: keepPreviousData,
  })
  if (error !== null)
    return (
      <p className="wrong empty" role="alert">
        <ProblemText error={error} />
      </p>
    )
  const lives = (data?.pages ?? []).flatMap(({ epochs }) => epochs)
  return (
    <>
      <Table lives={lives} by="number" />
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Earlier lives
        </button>
      )}
    </>
  )
}

function Table({ lives, by }: { lives: readonly Epoch[]; by: 'stream' | 'number' }) {
  const longest = Math.max(...lives.map(({ seconds }) => seconds.shut ?? 0), 0.001)
  return (
    <table className="cards">
      <thead>
        <tr>
          <th scope="col">{by === 'stream' ? 'Stream' : 'Life'}</th>
          <th scope="col">Outcome</th>
          <th scope="col">Noticed</th>
          <th scope="col">By</th>
          <th scope="col">Clients kept away</th>
          <th scope="col">Run</th>
        </tr>
      </thead>
      <tbody>
        {lives.map((life, at) => (
          <LifeLine
            key={`${life.stream} ${life.number}`}
            {...{ life, by, longest }}
            isOver={by === 'number' && at > 0}
          />
        ))}
      </tbody>
    </table>
  )
}

interface LifeLineProps {
  life: Epoch
  by: 'stream' | 'number'
  /** Whether a later one of the stream has been noticed. */
  isOver: boolean
  /** The longest time that clients of any of them were kept away, in seconds. */
  longest: number
}

function LifeLine({ life, by, isOver, longest }: LifeLineProps) {
  const { stream, number, sign, detail, run, began_at: began } = life
  return (
    <tr>
      <th scope="row" data-label={by === 'stream' ? 'Stream' : 'Life'}>
        {by === 'number' ? (
          countText(number)
        ) : (
          <a href={`/state?stream=${encodeURIComponent(stream)}#lives`} onClick={follow}>
            {stream}
          </a>
        )}
      </th>
      <td data-label="Outcome">
        <span className={`life ${moodOf(life)}`}>{standingOf(life, isOver)}</span>
        {detail !== null && <span className="reason muted">{detail}</span>}
        {life.findings !== null && <Findings {...life.findings} run={run} />}
      </td>
      <td data-label="Noticed">
        <time dateTime={began} title={fullText(began)}>
          {dateText(began)} {timeText(began)}
        </time>
      </td>
      <td data-label="By">{sign}</td>
      <td data-label="Kept away">
        <KeptAway life={life} longest={longest} />
      </td>
      <td data-label="Run">
        {run === null ? (
          <span className="muted">none</span>
        ) : (
          <a href={`/runs/${run}`} onClick={follow}>
            {run}
          </a>
        )}
      </td>
    </tr>
  )
}

type FindingsProps = NonNullable<Epoch['findings']> & { run: number | null }

/** Probes and entries to look at, where there are any. */
function Findings({ entries, unlisted, probes, run }: FindingsProps) {
  const count = entries.length + unlisted + probes.length
  if (count === 0) return null
  return (
    <details className="findings">
      <summary>{count === 1 ? '1 finding' : `${countText(count)} findings`}</summary>
      <ul>
        {probes.map(({ probe, outcome, detail }) => (
          <li key={probe}>
            <span className="mono">{probe}</span> {outcome}
            {detail !== null && `: ${detail}`}
          </li>
        ))}
        {entries.map(({ id, outcome, detail }) => (
          <li key={id}>
            <a href={`/entries/${id}`} onClick={follow}>
              Entry {id}
            </a>{' '}
            {outcome.replace('_', ' ')}
            {detail !== null && `: ${detail}`}
          </li>
        ))}
        {unlisted > 0 && run !== null && (
          <li>
            and{' '}
            <a href={`/runs/${run}`} onClick={follow}>
              {countText(unlisted)} more in its run
            </a>
          </li>
        )}
      </ul>
    </details>
  )
}

/** How long in all, and what of it was what. */
function KeptAway({ life, longest }: { life: Epoch; longest: number }) {
  const { shut } = life.seconds
  if (shut === null || life.phase !== 'open') {
    return <span className="muted">{life.phase === 'open' ? 'not at all' : 'they still are'}</span>
  }
  const stages = stagesOf(life)
  return (
    <>
      {secondsText(shut)}
      {stages.length > 0 && (
        <>
          <span className="stages" aria-hidden="true">
            {stages.map(({ name, seconds }) => (
              <i key={name} className={name} style={{ width: `${(100 * seconds) / longest}%` }} />
            ))}
          </span>
          <span className="reason muted">
            {stages.map(({ name, seconds }) => `${name} ${secondsText(seconds)}`).join(', ')}
          </span>
        </>
      )}
    </>
  )
}

import { useEffect, useState } from 'react'
import { follow } from '../address.ts'
import type { Run } from '../api/client.ts'
import { checkpointsAddress } from '../checkpoints/checkpoints.ts'
import { countText, dateText, timeText } from '../journal/shown.ts'
import { doneOf, rateOf, rateText, restText } from './progress.ts'
import { useRunEvents, type Watched } from './run-events.ts'
import { RunControls } from './RunControls.tsx'
import { lasted, RunState } from './RunsPage.tsx'

/** What a run is and how it stands, live while it is running, with what holds it. */
export function RunHead({ run }: { run: Run }) {
  const watched = useRunEvents(run)
  const { id, target, stream, planned, started_at: started } = run
  return (
    <>
      <header className="entry-title run-title">
        <a className="button" href="/runs" onClick={follow}>
          ←<span className="hidden"> All runs</span>
        </a>
        <h2>Run {id}</h2>
        {watched.driven === 'paused' ? (
          <span className="run-state paused">paused</span>
        ) : (
          <RunState state={run.state} />
        )}
        <span className="mono muted target">{target}</span>
        <RunControls run={run} watched={watched} />
      </header>
      <dl className="facts">
        <div>
          <dt>Stream</dt>
          <dd>{stream}</dd>
        </div>
        <div>
          <dt>Planned</dt>
          <dd>{countText(planned)}</dd>
        </div>
        <SparedFacts run={run} />
        <div>
          <dt>Started</dt>
          <dd>
            {dateText(started)} {timeText(started)}
          </dd>
        </div>
        {run.state === 'running' ? (
          <Progress run={run} watched={watched} />
        ) : (
          <div>
            <dt>Took</dt>
            <dd>{lasted(run) || 'not ended'}</dd>
          </div>
        )}
      </dl>
      <Notice run={run} watched={watched} />
    </>
  )
}

/** What was left out besides what the filter says, so that nobody takes the run for one of everything. */
function SparedFacts({ run: { stream, checkpoint, compact_rules: rules } }: { run: Run }) {
  return (
    <>
      {checkpoint !== null && (
        <div>
          <dt>Begins behind</dt>
          <dd>
            <a href={checkpointsAddress(stream)} onClick={follow}>
              checkpoint {checkpoint}
            </a>
          </dd>
        </div>
      )}
      {rules.length > 0 && (
        <div className="rules">
          <dt>Leaves out by</dt>
          {rules.map((rule) => (
            <dd key={rule} className="mono">
              {rule}
            </dd>
          ))}
        </div>
      )}
    </>
  )
}

function Progress({ run, watched: { samples, driven } }: { run: Run; watched: Watched }) {
  const now = useNow(1_000)
  const done = doneOf(run)
  const rate = rateOf(samples, now)
  const rest = restText(run.planned - done, rate)
  return (
    <>
      <div>
        <dt>Sent</dt>
        <dd>
          <progress
            max={Math.max(run.planned, done, 1)}
            value={done}
            aria-label="How far the run is"
          />{' '}
          {countText(done)} of {countText(run.planned)}
        </dd>
      </div>
      <div>
        <dt>Rate</dt>
        <dd>{rate === null || driven === 'paused' ? '–' : rateText(rate)}</dd>
      </div>
      <div>
        <dt>Rest, about</dt>
        <dd>{driven === 'paused' ? '–' : (rest ?? '–')}</dd>
      </div>
    </>
  )
}

/** What somebody must know of how it stands, where that is not plain. */
function Notice({ run, watched: { driven, link } }: { run: Run; watched: Watched }) {
  const text = noticeText(run, driven)
  return (
    <>
      {run.state === 'running' && link === 'lost' && (
        <p className="notice lost" role="status">
          The connection to the service is lost: what stands here is how it was last seen. It is
          tried again.
        </p>
      )}
      {text !== null && (
        <p className="notice" role="status">
          {text}
        </p>
      )}
    </>
  )
}

function noticeText({ state, outcomes, planned }: Run, driven: Watched['driven']): string | null {
  if (driven === 'paused')
    return 'It stands still: what was under way comes to its end, and nothing follows until it goes on.'
  if (driven === 'pausing' || driven === 'stopping')
    return `Whoever drives it was asked to let it ${driven === 'pausing' ? 'stand still' : 'end'}, and has not answered yet.`
  if (driven === 'nobody') return 'Its process died, or is frozen. It can be resumed here.'
  const rest = countText(Math.max(0, planned - doneOf({ outcomes })))
  if (state === 'interrupted') {
    return `It was stopped, or its process died, with ${rest} to send.${doubtText(outcomes)} Resumed it goes on behind what was sent.`
  }
  if (state !== 'stopped') return null
  const failed = (outcomes['failed'] ?? 0) + (outcomes['in_doubt'] ?? 0)
  return failed > 0
    ? `It ended at a request that failed, with ${rest} to send. Resumed it goes on behind that.`
    : `It ended by itself, with ${rest} to send: at an answer that differs, or before an entry in doubt. Resumed it goes on.`
}

/** Stopping breaks off what is under way, and nobody knows then what became of it. */
function doubtText({ in_doubt: count = 0 }: Run['outcomes']): string {
  if (count === 0) return ''
  return count === 1 ? ' One request is in doubt.' : ` ${countText(count)} requests are in doubt.`
}

function useNow(pace: number): number {
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), pace)
    return () => clearInterval(timer)
  }, [pace])
  return now
}

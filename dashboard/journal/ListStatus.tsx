import { follow } from '../address.ts'
import { MOST_IDS } from '../replay/wish.ts'
import type { Pages, Searched } from './pages.ts'
import { countText, fullText } from './shown.ts'

export interface ListStatusProps {
  pages: Pages
  /** Whether a text is looked for. */
  isText: boolean
  matches: string | null
  isLive: boolean
  isPaused: boolean
  chosen: number
  waiting: number
  onPause: () => void
  onAdmit: () => void
  /** The address of a replay of what is chosen, or matches; null: too much is chosen for one. */
  toReplay: string | null
  /** Null, as below: the role does not allow it. */
  onLabel: (() => void) | null
  onSettle: (() => void) | null
  onUnchoose: () => void
}

/** What is going on in the list: live or paused, what waits, a search, what is chosen. */
export function ListStatus(props: ListStatusProps) {
  const { pages, isLive, isPaused, chosen, waiting } = props
  return (
    <div className="status-line">
      {isPaused ? (
        <button type="button" onClick={props.onAdmit} title="Go on (p)">
          <i className="dot paused" aria-hidden="true" /> Paused
        </button>
      ) : (
        <button type="button" onClick={props.onPause} title="Pause (p)" disabled={!isLive}>
          <i className={isLive ? 'dot live' : 'dot'} aria-hidden="true" />
          {isLive ? 'Live' : 'Not live'}
        </button>
      )}
      {waiting > 0 && (
        <button type="button" className="primary" onClick={props.onAdmit} title="Show them (.)">
          {countText(waiting)} new
        </button>
      )}
      {props.matches !== null && <span className="matches muted">{props.matches}</span>}
      <span className="says" role="status">
        {pages.searched !== null && (
          <>
            searching{backTo(pages.searched)}{' '}
            <button type="button" onClick={pages.stop}>
              Stop
            </button>
          </>
        )}
        {pages.stoppedAt !== null && (
          <>stopped{backTo(pages.stoppedAt)}: older ones were not looked at</>
        )}
        {props.isText && <> compressed bodies are not looked into</>}
      </span>
      {chosen > 0 && (
        <span className="chosen">
          {countText(chosen)} chosen
          {props.onLabel !== null && (
            <button type="button" onClick={props.onLabel} title="Label them (l)">
              Label…
            </button>
          )}
          {props.onSettle !== null && (
            <button type="button" onClick={props.onSettle} title="Settle what is in doubt (s)">
              Settle…
            </button>
          )}
          <button
            type="button"
            className="icon"
            onClick={props.onUnchoose}
            aria-label="Choose none"
          >
            ×
          </button>
        </span>
      )}
      <ReplayLink {...{ chosen }} to={props.toReplay} />
    </div>
  )
}

function ReplayLink({ chosen, to }: { chosen: number; to: string | null }) {
  if (to === null) {
    return (
      <button type="button" disabled title={`At most ${MOST_IDS} by choice: filter them instead`}>
        Replay…
      </button>
    )
  }
  const what = chosen > 0 ? 'what is chosen' : 'all that matches'
  return (
    <a className="button" href={to} onClick={follow} title={`Replay ${what} (r)`}>
      Replay…
    </a>
  )
}

function backTo({ entries, reached }: Searched): string {
  const looked = entries === 0 ? '' : `, ${countText(entries)} entries looked at`
  return `${reached === null ? '' : `, back to ${fullText(reached)}`}${looked}`
}

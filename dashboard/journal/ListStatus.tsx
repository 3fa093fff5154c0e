import { follow } from '../address.ts'
import { MOST_IDS } from '../replay/wish.ts'
import type { Pages } from './pages.ts'
import { countText } from './shown.ts'

export interface ListStatusProps {
  pages: Pages
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
      <span className="says" role="status">
        {pages.searched !== null && (
          <>
            searching: {countText(pages.searched)} entries looked at{' '}
            <button type="button" onClick={pages.stop}>
              Stop
            </button>
          </>
        )}
        {pages.stoppedAfter !== null && (
          <>stopped after {countText(pages.stoppedAfter)} entries: older ones were not looked at</>
        )}
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

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
  onLabel: () => void
  onSettle: () => void
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
          <button type="button" onClick={props.onLabel} title="Label them (l)">
            Label…
          </button>
          <button type="button" onClick={props.onSettle} title="Settle what is in doubt (s)">
            Settle…
          </button>
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
    </div>
  )
}

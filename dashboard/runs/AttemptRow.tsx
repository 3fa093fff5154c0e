import { useState, type ReactNode } from 'react'
import type { Attempt } from '../api/client.ts'
import { durationText, familyOf, fullText, microsOf, timeText } from '../journal/shown.ts'
import { Differences, Uses } from './Differences.tsx'

/** One entry sent again, and, opened, what differed and what was replaced. */
export function AttemptRow({ attempt, children }: { attempt: Attempt; children: ReactNode }) {
  const { outcome, status, sent_at: sent, ended_at: ended, detail, differences, uses } = attempt
  const count = differences === null ? 0 : differences.differences.length + differences.unlisted
  const replaced = uses?.replaced.length ?? 0
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="attempt">
      <div className="attempt-line">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={`What came of entry ${attempt.entry}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? '▾' : '▸'}
        </button>
        <span className={`outcome ${outcome}`}>
          <i aria-hidden="true" />
          {outcome.replace('_', ' ')}
        </span>
        <span className="which">{children}</span>
        <span className={`status s${familyOf(status)}`}>{status ?? 'none'}</span>
        <span className="what">
          {count > 0 && <b>{count === 1 ? '1 difference' : `${count} differences`}</b>}
          {count > 0 && replaced > 0 && ' · '}
          {replaced > 0 && (replaced === 1 ? '1 value replaced' : `${replaced} values replaced`)}
          {detail !== null && <span className="muted"> {detail}</span>}
        </span>
        <span className="took muted">
          {ended !== null && durationText((microsOf(ended) - microsOf(sent)) / 1000)}
        </span>
        <time className="muted mono" dateTime={sent} title={fullText(sent)}>
          {timeText(sent)}
        </time>
      </div>
      {isOpen && (
        <div className="attempt-more">
          {differences !== null && <Differences found={differences} />}
          {uses !== null && <Uses uses={uses} />}
          {differences === null && uses === null && (
            <p className="muted">Nothing differed that is kept, and nothing was replaced in it.</p>
          )}
        </div>
      )}
    </div>
  )
}

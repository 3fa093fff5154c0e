import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answered, api, type Attempt } from '../api/client.ts'
import { durationText, familyOf, fullText, microsOf, timeText } from '../journal/shown.ts'
import { Differences, Uses } from './Differences.tsx'

export interface AttemptRowProps {
  run: number
  attempt: Attempt
  isOpen: boolean
  onTurn: () => void
  /** Of what it is, beside its outcome. */
  children: ReactNode
}

/** One entry sent again, and, opened, what differed and what was replaced. */
export function AttemptRow({ run, attempt, isOpen, onTurn, children }: AttemptRowProps) {
  const { outcome, status, sent_at: sent, ended_at: ended, detail, differences, uses } = attempt
  const count = differences === null ? 0 : differences.differences.length + differences.unlisted
  const replaced = uses?.replaced.length ?? 0
  return (
    <div className="attempt">
      <div className="attempt-line">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={`What came of entry ${attempt.entry}`}
          onClick={onTurn}
        >
          {isOpen ? '▾' : '▸'}
        </button>
        <Outcome outcome={outcome} />
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
      {isOpen && <AttemptMore run={run} attempt={attempt} />}
    </div>
  )
}

export function Outcome({ outcome }: Pick<Attempt, 'outcome'>) {
  return (
    <span className={`outcome ${outcome}`}>
      <i aria-hidden="true" />
      {outcome.replace('_', ' ')}
    </span>
  )
}

/** Where its answer differs, which of the other values are aliases, and what its request used. */
export function AttemptMore({ run, attempt }: Pick<AttemptRowProps, 'run' | 'attempt'>) {
  const { entry, differences, uses, detail } = attempt
  const { data, isError } = useQuery({
    queryKey: ['made', run, entry],
    queryFn: async ({ signal }) => {
      const params = { path: { id: run }, query: { entry } }
      return (await answered(api.GET('/api/runs/{id}/aliases', { params, signal }))).aliases
    },
  })
  const made = data ?? []
  const isNothing = differences === null && uses === null && made.length === 0
  return (
    <div className="attempt-more">
      {detail !== null && <p className="detail">{detail}</p>}
      {(differences !== null || made.length > 0) && <Differences found={differences} made={made} />}
      {isError && <p className="wrong">Which values were made anew could not be read.</p>}
      {uses !== null && <Uses uses={uses} />}
      {isNothing && data !== undefined && (
        <p className="muted">Nothing differed that is kept, and nothing was replaced in it.</p>
      )}
    </div>
  )
}

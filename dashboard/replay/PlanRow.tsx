import { follow } from '../address.ts'
import type { Plan } from '../api/client.ts'
import { familyOf } from '../journal/shown.ts'
import { reasonText } from './plan-words.ts'

/** For how many others a row says that it waits. */
const MOST = 2

/** One entry of a plan, its lane, and for whom it waits. */
export function PlanRow({
  ordered: { entry, lane, waits_for: waits, waits_for_more: more },
}: {
  ordered: Plan['entries'][number]
}) {
  const unsaid = Math.max(0, waits.length - MOST) + more
  return (
    <>
      <span className="id muted">{entry.id}</span>
      <span className="what">
        <span className={`method ${entry.method.toLowerCase()}`}>{entry.method}</span>{' '}
        <a className="mono" href={`/entries/${entry.id}`} onClick={follow} title={entry.target}>
          {entry.target}
        </a>
      </span>
      <span className={`status s${familyOf(entry.status)}`}>{entry.status ?? 'none'}</span>
      <span className="waits muted">
        {lane !== null && <span className="lane">{lane}</span>}
        {waits.length === 0 && 'waits for nothing'}
        {waits.length > 0 && 'waits for '}
        {waits.slice(0, MOST).map((reason, i) => (
          <span key={reason.entry}>
            {i > 0 && ', '}
            <a href={`/entries/${reason.entry}`} onClick={follow}>
              {reason.entry}
            </a>{' '}
            ({reasonText(reason)})
          </span>
        ))}
        {unsaid > 0 && ` and ${unsaid} more`}
      </span>
    </>
  )
}

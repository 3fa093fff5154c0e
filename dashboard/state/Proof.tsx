import { follow } from '../address.ts'
import type { Audit } from '../api/client.ts'
import { countText, durationText, fullText, sizeText, timeText } from '../journal/shown.ts'
import { Failed } from '../shell/states.tsx'
import type { ProofState } from './proof.ts'

type Sum = Audit['recorders'][number]

/** The sum of each recorder, and what is missing. */
export function Proof({
  proof: { audit: proven, isBusy, error, prove, stop },
}: {
  proof: ProofState
}) {
  return (
    <section className="panel" aria-labelledby="proof">
      <header>
        <h2 id="proof">The sum</h2>
        <span className="muted" role="status">
          {isBusy && 'Reading every entry, and each body against its digest…'}
          {!isBusy && proven !== null && (
            <>
              made up at {timeText(new Date(proven.at).toISOString()).slice(0, 8)}, in{' '}
              {durationText(proven.took)}
            </>
          )}
        </span>
        <span className="gap" />
        <button type="button" onClick={isBusy ? stop : prove}>
          {isBusy ? 'Stop' : proven === null ? 'Prove it' : 'Prove it again'}
        </button>
      </header>
      {error !== null && !isBusy && <Failed what="The sum" error={error} onRetry={prove} />}
      {proven === null && !isBusy && error === null && (
        <p className="none muted">
          For each recorder, what it forwarded is what is recorded, left out, in doubt or lost. To
          prove it the whole journal is read: that is done when you ask for it.
        </p>
      )}
      {proven !== null && <Sums {...proven.audit} />}
    </section>
  )
}

function Sums({ recorders, spools }: Audit) {
  const damaged = recorders.flatMap((sum) => sum.damaged)
  return (
    <>
      <table className="cards sums">
        <thead>
          <tr>
            <th scope="col">Recorder</th>
            <th scope="col">Forwarded</th>
            <th scope="col">Recorded</th>
            <th scope="col">Left out</th>
            <th scope="col">In doubt</th>
            <th scope="col">Lost</th>
            <th scope="col">Elsewhere</th>
            <th scope="col">Missing</th>
            <th scope="col">Holds</th>
          </tr>
        </thead>
        <tbody>
          {recorders.map((sum) => (
            <SumLine key={`${sum.stream} ${sum.recorder}`} sum={sum} />
          ))}
        </tbody>
      </table>
      <Gaps recorders={recorders} />
      {damaged.length > 0 && (
        <p className="none wrong">
          Damaged:{' '}
          {damaged.slice(0, 50).map(({ entry, side }) => (
            <a key={`${entry} ${side}`} href={`/entries/${entry}`} onClick={follow}>
              {side} of entry {entry}{' '}
            </a>
          ))}
        </p>
      )}
      {spools.length > 0 && (
        <ul className="spools">
          {spools.map(({ stream, state, records, bytes, damaged: unreadable }, i) => (
            <li key={i}>
              A spool of <b>{stream}</b> on the service’s machine is{' '}
              {state === 'running'
                ? 'in use by its proxy.'
                : `left: ${countText(records ?? 0)} records, ${sizeText(bytes ?? 0)}.`}
              {unreadable > 0 && (
                <span className="wrong"> {countText(unreadable)} cannot be read.</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function SumLine({ sum }: { sum: Sum }) {
  const { stream, recorder, host, presence, forwarded, recorded, lost, total } = sum
  const excluded = Object.entries(sum.excluded)
  const missing = missingOf(sum)
  const elsewhere = (
    [
      [sum.open, 'open'],
      [sum.waiting, 'in a spool'],
      [sum.under_way, 'under way'],
    ] as const
  ).filter(([n]) => n > 0)
  const isWrong = missing + sum.duplicates.length + sum.damaged.length > 0 || forwarded !== total
  return (
    <tr>
      <th scope="row" data-label="Recorder" title={recorder}>
        {stream}{' '}
        <span className="muted mono">
          {host} {recorder.slice(0, 8)} {presence}
        </span>
      </th>
      <td data-label="Forwarded">{countText(forwarded)}</td>
      <td data-label="Recorded">{countText(recorded)}</td>
      <td data-label="Left out">
        {excluded.length === 0
          ? '0'
          : excluded.map(([why, n]) => (
              <span key={why} className="reason">
                {countText(n)} <span className="muted">{why.replaceAll('_', ' ')}</span>
              </span>
            ))}
      </td>
      <td data-label="In doubt">{countText(sum.in_doubt)}</td>
      <td data-label="Lost" className={lost > 0 ? 'waits' : undefined}>
        {countText(lost)}
      </td>
      <td data-label="Elsewhere">
        {elsewhere.length === 0
          ? '0'
          : elsewhere.map(([n, where]) => (
              <span key={where} className="reason">
                {countText(n)} <span className="muted">{where}</span>
              </span>
            ))}
      </td>
      <td data-label="Missing" className={missing > 0 ? 'wrong' : undefined}>
        {countText(missing)}
      </td>
      <td data-label="Holds" className={isWrong ? 'wrong' : 'right'}>
        {isWrong ? '✗ no' : '✓ yes'}
        {sum.duplicates.length > 0 && (
          <span className="reason">
            numbers in two places: {sum.duplicates.slice(0, 9).join(', ')}
          </span>
        )}
      </td>
    </tr>
  )
}

const missingOf = ({ missing }: Sum) =>
  missing.reduce((n, { first, last }) => n + last - first + 1, 0)

/** Of each gap the numbers, and between which entries they must have been given. */
function Gaps({ recorders }: { recorders: readonly Sum[] }) {
  const gaps = recorders.flatMap((sum) => sum.missing.map((gap) => ({ ...gap, sum })))
  if (gaps.length === 0) return <p className="none muted">There is no gap.</p>
  return (
    <table className="cards gaps">
      <caption>Gaps: numbers of which the journal knows nothing</caption>
      <thead>
        <tr>
          <th scope="col">Numbers</th>
          <th scope="col">Recorder</th>
          <th scope="col">After</th>
          <th scope="col">Before</th>
        </tr>
      </thead>
      <tbody>
        {gaps.slice(0, 200).map(({ first, last, after, before, sum }) => (
          <tr key={`${sum.recorder} ${first}`}>
            <th scope="row" data-label="Numbers" className="wrong">
              {first === last ? countText(first) : `${countText(first)} to ${countText(last)}`}
            </th>
            <td data-label="Recorder">
              {sum.stream}{' '}
              <span className="muted mono">
                {sum.host} {sum.recorder.slice(0, 8)}
              </span>
            </td>
            <td data-label="After">{after === null ? 'its start' : fullText(after)}</td>
            <td data-label="Before">{before === null ? 'its end' : fullText(before)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

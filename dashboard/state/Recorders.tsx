import type { Recorder } from '../api/client.ts'
import { countText, fullText, sizeText } from '../journal/shown.ts'
import { agoText } from './doubt-words.ts'

/** Recorders that ended, of which so many are shown at first. */
const FEW = 5

interface RecordersProps {
  recorders: readonly Recorder[]
  /** When they were looked at, in ms. */
  now: number
  ended: 'latest' | 'all'
  onEnded: (ended: 'latest' | 'all') => void
}

/** Who records, and who did: those that have not ended first. */
export function Recorders({ recorders, now, ended, onEnded }: RecordersProps) {
  const going = recorders.filter((one) => one.ended_at === null)
  const over = recorders.filter((one) => one.ended_at !== null)
  const shown = [...going, ...(ended === 'all' ? over : over.slice(0, FEW))]
  return (
    <section className="panel" aria-labelledby="recorders">
      <header>
        <h2 id="recorders">Recorders</h2>
        <span className="muted">
          {countText(going.length)} going on, {countText(over.length)} ended
        </span>
        <span className="gap" />
        {over.length > FEW && (
          <button
            type="button"
            aria-pressed={ended === 'all'}
            onClick={() => onEnded(ended === 'all' ? 'latest' : 'all')}
          >
            All that ended
          </button>
        )}
      </header>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Stream</th>
            <th scope="col">Host</th>
            <th scope="col">Lease</th>
            <th scope="col">Latest entry</th>
            <th scope="col">Spool</th>
            <th scope="col">Numbers given</th>
            <th scope="col">Mode</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <RecorderLine key={`${one.stream} ${one.id}`} recorder={one} now={now} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const STATES: Readonly<Record<Recorder['state'], string>> = {
  alive: 'alive',
  silent: 'silent',
  stopped: 'stopped',
  closed: 'died',
}

function RecorderLine({ recorder, now }: { recorder: Recorder; now: number }) {
  const { id, stream, host, pid, version, state, target, durability } = recorder
  const { latest_at: latest, spooled_records: records, when_unrecordable: when } = recorder
  return (
    <tr className={`recorder ${state}`}>
      <th scope="row" data-label="State">
        <span className="presence" title={id}>
          <i aria-hidden="true" />
          {STATES[state]}
        </span>
      </th>
      <td data-label="Stream" title={`before ${target}`}>
        {stream}
      </td>
      <td data-label="Host" className="mono">
        {host} <span className="muted">{pid}</span>
      </td>
      <td data-label="Lease">{leaseWords(recorder, now)}</td>
      <td data-label="Latest entry" title={latest === null ? undefined : fullText(latest)}>
        {latest === null ? 'none' : agoText(latest, now)}
      </td>
      <td data-label="Spool" className={records > 0 ? 'waits' : undefined}>
        {records === 0
          ? 'empty'
          : `${countText(records)} ${records === 1 ? 'record' : 'records'}, ${sizeText(recorder.spooled_bytes)}`}
      </td>
      <td data-label="Numbers given">{countText(recorder.last_number)}</td>
      <td data-label="Mode" title="Where it can record nowhere, mutations are refused, or pass">
        {durability}
        {when === 'pass' && ', lets pass'}
      </td>
      <td data-label="Version" className="mono">
        {version}
      </td>
    </tr>
  )
}

function leaseWords({ state, lease_until: until, ended_at: ended }: Recorder, now: number): string {
  if (ended !== null) return `ended ${agoText(ended, now)}`
  if (until === null) return 'none'
  return state === 'alive' ? `runs out ${agoText(until, now)}` : `ran out ${agoText(until, now)}`
}

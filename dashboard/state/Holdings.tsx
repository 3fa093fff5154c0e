import { useQuery } from '@tanstack/react-query'
import { follow } from '../address.ts'
import { answered, api, type Size, type Stream } from '../api/client.ts'
import { countText, dateText, fullText, sizeText } from '../journal/shown.ts'
import { spanText } from './doubt-words.ts'

/** How large and how old the journal is. */
export function Holdings({ streams, now }: { streams: readonly Stream[]; now: number }) {
  const size = useQuery({
    queryKey: ['size'],
    queryFn: () => answered(api.GET('/api/size')),
    refetchInterval: 60_000,
  })
  return (
    <section className="panel" aria-labelledby="holdings">
      <header>
        <h2 id="holdings">The journal</h2>
        {size.data !== undefined && (
          <span className="muted">{sizeText(size.data.bytes)} on the disk, indexes included</span>
        )}
        {size.error !== null && <span className="wrong">Its size cannot be read.</span>}
      </header>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">Stream</th>
            <th scope="col">Entries</th>
            <th scope="col">Bodies</th>
            <th scope="col">Oldest</th>
            <th scope="col">Newest</th>
            <th scope="col">Recorded before</th>
          </tr>
        </thead>
        <tbody>
          {streams.map((one) => (
            <StreamLine key={one.stream} stream={one} now={now} />
          ))}
        </tbody>
      </table>
      {size.data !== undefined && <Weeks weeks={size.data.weeks} />}
    </section>
  )
}

function StreamLine({ stream: one, now }: { stream: Stream; now: number }) {
  const { stream, entries, body_bytes: bytes, first_at: first, last_at: last, targets } = one
  const age = (at: string) => spanText(Math.max(0, now - Date.parse(at)))
  return (
    <tr>
      <th scope="row" data-label="Stream">
        <a href={`/?stream=${encodeURIComponent(stream)}`} onClick={follow}>
          {stream}
        </a>
      </th>
      <td data-label="Entries">{countText(entries)}</td>
      <td data-label="Bodies">{bytes === null ? 'not added up' : sizeText(bytes)}</td>
      <td data-label="Oldest" title={first === null ? undefined : fullText(first)}>
        {first === null ? 'none' : age(first)}
      </td>
      <td data-label="Newest" title={last === null ? undefined : fullText(last)}>
        {last === null ? 'none' : age(last)}
      </td>
      <td data-label="Recorded before" className="mono">
        {targets.join(', ') || '–'}
      </td>
    </tr>
  )
}

/** What each weekly partition takes of the disk. */
function Weeks({ weeks }: { weeks: Size['weeks'] }) {
  const most = weeks.reduce((max, { bytes }) => Math.max(max, bytes), 1)
  return (
    <details className="weeks">
      <summary>
        {countText(weeks.length)} weekly {weeks.length === 1 ? 'partition' : 'partitions'}
      </summary>
      <ul>
        {weeks.map(({ since, bytes }) => (
          <li key={since}>
            <span className="muted">
              {dateText(since)} {since.slice(0, 4)}
            </span>
            <span className="week-bar">
              <i style={{ width: `${(100 * bytes) / most}%` }} />
            </span>
            <span>{sizeText(bytes)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

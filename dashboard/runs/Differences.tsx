import { follow } from '../address.ts'
import type { Alias, Attempt } from '../api/client.ts'

type Found = NonNullable<Attempt['differences']>
type UsesOf = NonNullable<Attempt['uses']>

/** Where the answer was another than the recorded one; other values that are aliases are marked. */
export function Differences({ found, made }: { found: Found | null; made: readonly Alias[] }) {
  const differences = found?.differences ?? []
  const explained = Object.entries(found?.explained ?? {})
  return (
    <section>
      <h3>Differences</h3>
      {differences.length === 0 && (
        <p className="muted">None{made.length > 0 && ', but for values that were made anew'}.</p>
      )}
      {differences.length + made.length > 0 && (
        <table className="differences">
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">Recorded</th>
              <th scope="col">Came</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ where, recorded, came }) => (
              <tr key={where}>
                <th scope="row">{where}</th>
                <td className="recorded">{recorded ?? <i>nothing there</i>}</td>
                <td className="came">{came ?? <i>nothing there</i>}</td>
              </tr>
            ))}
            {made.map(({ number, producer, recorded, came }) => (
              <tr key={number} className="alias">
                <th scope="row">
                  {producer.place} <mark>alias</mark>
                </th>
                <td>{recorded ?? <i>a secret</i>}</td>
                <td>{came ?? <i>a secret</i>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found !== null && found.unlisted > 0 && (
        <p className="muted">and {found.unlisted} more that were not kept</p>
      )}
      {explained.length > 0 && (
        <p className="muted">
          Not counted: {explained.map(([why, n]) => `${n} × ${why}`).join(', ')}
        </p>
      )}
      {found !== null && found.uncompared.length > 0 && (
        <p className="muted">Not compared: {found.uncompared.join(', ')}</p>
      )}
    </section>
  )
}

/** Which recorded values of the request were replaced, and which were left alone. */
export function Uses({ uses: { replaced, leftAlone } }: { uses: UsesOf }) {
  return (
    <section>
      <h3>Values in the request</h3>
      <ul className="uses">
        {replaced.map(({ place, producer, from, value }) => (
          <li key={`${place} ${from}`}>
            <mark>{value ?? 'a secret'}</mark> in <code>{place}</code> replaced by what{' '}
            {producer === 0 ? (
              'a rule says'
            ) : (
              <>
                <a href={`/entries/${producer}`} onClick={follow}>
                  entry {producer}
                </a>{' '}
                answered at <code>{from}</code>
              </>
            )}
          </li>
        ))}
        {leftAlone.map(({ place, why, value }) => (
          <li key={`${place} ${why}`} className="muted">
            {value ?? 'a secret'} in <code>{place}</code> left alone: {why}
          </li>
        ))}
      </ul>
    </section>
  )
}

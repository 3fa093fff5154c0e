import { follow } from '../address.ts'
import type { Plan } from '../api/client.ts'
import { checkpointsAddress } from '../checkpoints/checkpoints.ts'
import { countText } from '../journal/shown.ts'
import { keptTexts } from './plan-words.ts'

/** What a plan leaves out besides what its filter does, in figures. */
export function SparedFacts({ plan: { stream, checkpoint, compaction } }: { plan: Plan }) {
  return (
    <>
      {checkpoint !== null && (
        <div>
          <dt>Before the checkpoint</dt>
          <dd>
            {countText(checkpoint.left_out)}, up to{' '}
            <a href={`/entries/${checkpoint.entry}`} onClick={follow}>
              entry {checkpoint.entry}
            </a>{' '}
            (
            <a href={checkpointsAddress(stream)} onClick={follow}>
              checkpoint {checkpoint.number}
            </a>
            )
          </dd>
        </div>
      )}
      {compaction !== null && (
        <div>
          <dt>Needless by later requests</dt>
          <dd>{compaction.left_out === 0 ? 'nothing' : countText(compaction.left_out)}</dd>
        </div>
      )}
    </>
  )
}

/** By which rules what is needless, and what stays though a rule is about it. */
export function Needless({ plan: { stream, compaction } }: { plan: Plan }) {
  if (compaction === null) return null
  const { verified, rules, kept, examples, left_out: left } = compaction
  const stays = keptTexts(kept)
  return (
    <>
      {!verified && (
        <p className="notice">
          These rules were not verified for {stream}, so no run takes them:{' '}
          <code>reprise compact {stream} --verify</code> restores two fresh backends, with and
          without what they leave out, and compares their states.
        </p>
      )}
      <details className="needless">
        <summary>
          {left === 0 ? 'The rules leave out nothing' : 'Left out because of later requests'}
        </summary>
        <table className="by-rule">
          <tbody>
            {rules.map(({ rule, left_out: count }) => (
              <tr key={rule}>
                <td>{countText(count)}</td>
                <th scope="row" className="mono">
                  {rule}
                </th>
              </tr>
            ))}
          </tbody>
        </table>
        {stays.length > 0 && (
          <>
            <h3>Sent though a rule is about them</h3>
            <ul>
              {stays.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </>
        )}
        {examples.length > 0 && (
          <>
            <h3>{examples.length < left ? `${examples.length} of them` : 'Which'}</h3>
            <Examples examples={examples} />
          </>
        )}
      </details>
    </>
  )
}

type ExamplesProps = Pick<NonNullable<Plan['compaction']>, 'examples'>

function Examples({ examples }: ExamplesProps) {
  return (
    <ul className="examples">
      {examples.map(({ entry, method, target, by, rule }) => (
        <li key={entry} title={rule}>
          <a href={`/entries/${entry}`} onClick={follow}>
            {entry}
          </a>{' '}
          <span className={`method ${method.toLowerCase()}`}>{method}</span>{' '}
          <span className="mono">{target}</span>{' '}
          <span className="muted">
            {by === entry ? (
              'goes with what it undoes'
            ) : (
              <>
                needless by{' '}
                <a href={`/entries/${by}`} onClick={follow}>
                  {by}
                </a>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

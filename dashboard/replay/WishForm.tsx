import { follow } from '../address.ts'
import type { Plan } from '../api/client.ts'
import { addressOf } from '../journal/filter.ts'
import { parseWords, printWords } from '../journal/words.ts'
import { Choice, Field } from './fields.tsx'
import { MannerFields } from './MannerFields.tsx'
import { SparingFields } from './SparingFields.tsx'
import type { StreamChoice } from './stream.ts'
import { TargetField } from './TargetField.tsx'
import type { Wish } from './wish.ts'

/** What is replayed, where to and how. */
export function WishForm({
  wish,
  choice,
  plan,
  onWish,
}: {
  wish: Wish
  choice: StreamChoice
  plan: Plan | undefined
  onWish: (parts: Partial<Wish>) => void
}) {
  const { filter, target, in_doubt: inDoubt, begin, compact_rules: rules, ...manner } = wish
  return (
    <form className="fields wish" onSubmit={(event) => event.preventDefault()}>
      <StreamField wish={wish} choice={choice} onWish={onWish} />
      <Field
        label="Selection"
        placeholder="everything that was applied"
        value={printWords(filter)}
        onSay={(text) =>
          onWish({
            filter: { ...parseWords(text), ...(filter.stream && { stream: filter.stream }) },
          })
        }
      >
        In the words of the search.{' '}
        <a href={addressOf({ filter, columns: null })} onClick={follow}>
          Show it in the journal
        </a>
      </Field>
      <TargetField
        target={target}
        stream={choice.stream}
        plan={plan}
        onTarget={(to) => onWish({ target: to })}
      />
      <SparingFields
        stream={choice.stream}
        sparing={{ begin, compact_rules: rules }}
        onSparing={onWish}
      />
      <MannerFields manner={manner} onManner={onWish} />
      <Choice
        legend="Entries in doubt"
        value={inDoubt}
        onSay={(said) => onWish({ in_doubt: said })}
        all={[
          ['stop', 'End before the first', 'nobody knows whether it was applied'],
          ['skip', 'Leave them out', 'as if they had not been applied'],
          ['send', 'Send them', 'as if they had been'],
        ]}
      />
    </form>
  )
}

/** Where there are several, or the named one is none of them. */
function StreamField({
  wish: { filter },
  choice: { stream = '', names },
  onWish,
}: {
  wish: Wish
  choice: StreamChoice
  onWish: (parts: Partial<Wish>) => void
}) {
  if (names.length < 2 && (stream === '' || names.includes(stream))) return null
  const known = names.includes(stream) || stream === '' ? names : [...names, stream]
  return (
    <label className="field">
      Stream
      <select
        value={stream}
        onChange={({ target }) => onWish({ filter: { ...filter, stream: target.value } })}
      >
        {stream === '' && <option value="">Choose one</option>}
        {known.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}

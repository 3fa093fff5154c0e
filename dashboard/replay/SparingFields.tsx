import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { follow } from '../address.ts'
import { answered, api, type VerifiedRules } from '../api/client.ts'
import { checkpointsAddress, useCheckpoints } from '../checkpoints/checkpoints.ts'
import { countText, dateText } from '../journal/shown.ts'
import { Choice } from './fields.tsx'
import type { Wish } from './wish.ts'

type Sparing = Pick<Wish, 'begin' | 'compact_rules'>

interface Props {
  stream: string | undefined
  sparing: Sparing
  onSparing: (parts: Partial<Sparing>) => void
}

/** What of a selection nothing needs any more: what stands before a checkpoint, and what later requests undo. */
export function SparingFields(props: Props) {
  return (
    <>
      <BeginField {...props} />
      <RulesField {...props} key={props.stream} />
    </>
  )
}

function BeginField({ stream, sparing: { begin }, onSparing }: Props) {
  const { data } = useCheckpoints(stream)
  const furthest = data?.[0]
  if (stream === undefined || (furthest === undefined && begin === 'start')) return null
  const means =
    furthest === undefined
      ? 'there is none'
      : `at entry ${furthest.entry}, set ${dateText(furthest.set_at)}${furthest.note === null ? '' : `: ${furthest.note}`}`
  return (
    <div>
      <Choice<Sparing['begin']>
        legend="Begin"
        value={begin}
        onSay={(said) => onSparing({ begin: said })}
        all={[
          ['start', 'With all that is selected', 'whatever the backend keeps'],
          [
            'checkpoint',
            furthest === undefined ? 'Behind a checkpoint' : `Behind checkpoint ${furthest.number}`,
            means,
          ],
        ]}
      />
      <p className="muted">
        <a href={checkpointsAddress(stream)} onClick={follow}>
          Its checkpoints
        </a>
      </p>
    </div>
  )
}

/** None; verified ones, by their digest; or such as somebody writes here. */
type Which = 'none' | 'own' | `verified ${string}`

function RulesField({ stream, sparing: { compact_rules: rules }, onSparing }: Props) {
  const verified = useVerified(stream)
  const said = whichOf(rules, verified)
  // One's own are chosen before the first one is written.
  const [isOwn, setOwn] = useState(false)
  const [isShown] = useState(rules.length > 0)
  const which = said === 'none' && isOwn ? 'own' : said
  const choose = (next: Which) => {
    setOwn(next === 'own')
    const found = verified.find(({ digest }) => next === `verified ${digest}`)
    if (next !== 'own') onSparing({ compact_rules: found?.rules ?? [] })
  }
  return (
    <details className="more" open={isShown}>
      <summary>
        What later requests make needless
        <span className="muted"> {rules.length === 0 ? 'is sent' : 'is left out'}</span>
      </summary>
      <div className="fields">
        <Choice<Which>
          legend="Leave out"
          value={which}
          onSay={choose}
          all={[
            ['none', 'Nothing', 'each is sent, whatever follows it'],
            ...verified.map(
              (one) => [`verified ${one.digest}`, rulesText(one), sparedText(one)] as const,
            ),
            ['own', 'By rules to try', 'the plan shows what they leave out'],
          ]}
        />
        {which === 'own' && (
          <RulesText rules={rules} onRules={(said) => onSparing({ compact_rules: said })} />
        )}
      </div>
    </details>
  )
}

function useVerified(stream: string | undefined): readonly VerifiedRules[] {
  const { data } = useQuery({
    queryKey: ['verified rules', stream],
    queryFn: async () => {
      const params = { path: { stream: stream! } }
      return (await answered(api.GET('/api/streams/{stream}/verified-rules', { params }))).verified
    },
    enabled: stream !== undefined,
    staleTime: 30_000,
  })
  return data ?? NONE
}

const NONE: readonly VerifiedRules[] = []

function whichOf(rules: readonly string[], verified: readonly VerifiedRules[]): Which {
  if (rules.length === 0) return 'none'
  const text = [...rules].sort().join('\n')
  const found = verified.find((one) => [...one.rules].sort().join('\n') === text)
  return found === undefined ? 'own' : `verified ${found.digest}`
}

function rulesText({ rules, verified_at: at }: VerifiedRules): string {
  const count = rules.length === 1 ? '1 rule' : `${countText(rules.length)} rules`
  return `By ${count}, verified ${dateText(at)}`
}

function sparedText({ rules, left_out: left, planned }: VerifiedRules): string {
  return `${rules.join(' · ')} (the same state without ${countText(left)} of ${countText(planned)})`
}

/** A rule a line. It counts when the field is left. */
function RulesText({
  rules,
  onRules,
}: {
  rules: readonly string[]
  onRules: (rules: string[]) => void
}) {
  const id = useId()
  const written = rules.join('\n')
  const [typed, setTyped] = useState(written)
  useEffect(() => setTyped(written), [written])
  const say = () => {
    const lines = typed.split('\n').map((line) => line.trim())
    const next = lines.filter(Boolean)
    if (next.join('\n') !== written) onRules(next)
  }
  return (
    <div className="field">
      <label htmlFor={id}>Rules, one a line</label>
      <textarea
        id={id}
        rows={4}
        value={typed}
        spellCheck={false}
        aria-describedby={`${id}-why`}
        placeholder="PUT /things/:id replaces PUT|PATCH /things/:id"
        onChange={({ target }) => setTyped(target.value)}
        onBlur={say}
        onKeyDown={({ key, ctrlKey, metaKey }) => key === 'Enter' && (ctrlKey || metaKey) && say()}
      />
      <p id={`${id}-why`} className="muted">
        A run takes only such as <code>reprise compact --verify</code> has shown to make no
        difference: with two fresh backends, one restored from everything.
      </p>
    </div>
  )
}

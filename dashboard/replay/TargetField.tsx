import { useQuery } from '@tanstack/react-query'
import { answered, api, type Plan } from '../api/client.ts'
import { Field } from './fields.tsx'
import { hostOf, isTarget, isThisMachine, offersOf } from './wish.ts'

/** Where to; what is allowed is offered, anything can be typed, and the service's word on it is said. */
export function TargetField({
  target,
  stream,
  plan,
  onTarget,
}: {
  target: string
  stream: string | undefined
  plan: Plan | undefined
  onTarget: (target: string) => void
}) {
  const former = useQuery({
    queryKey: ['former targets', stream],
    queryFn: async () => {
      const query = { limit: 50, ...(stream !== undefined && { stream }) }
      const { runs } = await answered(api.GET('/api/runs', { params: { query } }))
      return runs.map((run) => run.target)
    },
    staleTime: 30_000,
  })
  const isWrong = target !== '' && !isTarget(target)
  return (
    <div className="target-field">
      <Field
        label="Target"
        inputMode="url"
        data-first
        placeholder="http://127.0.0.1:3000"
        value={target}
        aria-invalid={isWrong}
        soon={400}
        onSay={onTarget}
      >
        {standingText(target, plan?.allowed ?? null)}
      </Field>
      <ul className="offers" aria-label="Targets to choose">
        {offersOf(plan, former.data ?? []).map(({ target: offered, why }) => (
          <li key={offered}>
            <button
              type="button"
              aria-pressed={offered === target}
              onClick={() => onTarget(offered)}
            >
              <span className="mono">{offered}</span> <span className="muted">{why}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function standingText(target: string, allowed: Plan['allowed']) {
  if (target === '') return 'The recorded requests are sent there; a path in it goes before theirs.'
  if (!isTarget(target)) return <Wrong>Expected http(s)://HOST[:PORT][/PATH].</Wrong>
  if (allowed === 'no') {
    const { host } = new URL(target)
    return (
      <Wrong>
        Not allowed: neither this machine, nor recorded in front of. Start the service with{' '}
        <code>--allow-target {host}</code>.
      </Wrong>
    )
  }
  if (isThisMachine(target)) return 'On the machine of the service.'
  if (allowed === 'recorded') return `${hostOf(target)} is what was recorded.`
  if (allowed === 'named') return `${hostOf(target)} is named in the settings.`
  return `${hostOf(target)} is not the machine of the service.`
}

function Wrong({ children }: { children: React.ReactNode }) {
  return <span className="wrong">{children}</span>
}

import type { Run } from '../api/client.ts'
import { countText } from '../journal/shown.ts'

export const OUTCOMES = ['same', 'differs', 'failed', 'in_doubt', 'skipped', 'sending'] as const

/** How far a run is, and what came of what it sent. */
export function OutcomeBar({ run }: { run: Pick<Run, 'outcomes' | 'planned'> }) {
  const counts = OUTCOMES.map((outcome) => [outcome, run.outcomes[outcome] ?? 0] as const)
  const sent = counts.reduce((sum, [, n]) => sum + n, 0)
  const whole = Math.max(run.planned, sent, 1)
  const words = counts
    .filter(([, n]) => n > 0)
    .map(([one, n]) => `${countText(n)} ${one.replace('_', ' ')}`)
  return (
    <span className="outcomes">
      <span className="outcome-bar" role="img" aria-label={words.join(', ') || 'nothing sent'}>
        {counts.map(
          ([outcome, n]) =>
            n > 0 && (
              <i key={outcome} className={outcome} style={{ width: `${(100 * n) / whole}%` }} />
            ),
        )}
      </span>
      <span className="outcome-words">{words.join(' · ') || 'nothing sent'}</span>
    </span>
  )
}

import type { Journal } from '../../journal/contract.ts'
import { hasFailed } from '../../journal/epochs.ts'
import { gauge, type Family, type Labels } from '../../telemetry/family.ts'
import { stagesOf } from '../life-stages.ts'

const PHASES = ['open', 'restoring', 'failed'] as const
const STAGES = ['shut', 'waited', 'replayed', 'proved'] as const
const TOLD = ['delivered', 'waiting', 'given_up'] as const

/** The lives of backends and what was told of them, as the journal has them, whoever saw to it. */
export async function lifeFamilies(
  journal: Pick<Journal, 'newestLives' | 'tellings'>,
): Promise<Family[]> {
  const [lives, tellings] = await Promise.all([journal.newestLives(), journal.tellings()])
  const of = <T>(values: (life: (typeof lives)[number]) => T[]) => lives.flatMap(values)
  return [
    gauge(
      'reprise_epoch',
      'Which life of its backend the newest one of a stream is, from 1.',
      lives.map(({ stream, number }): [Labels, number] => [{ stream }, number]),
    ),
    gauge(
      'reprise_epoch_phase',
      '1 for the phase that it is in.',
      of(({ stream, phase }) =>
        PHASES.map((one): [Labels, number] => [{ stream, phase: one }, one === phase ? 1 : 0]),
      ),
    ),
    gauge(
      'reprise_epoch_failed',
      '1 where its restore failed, whether clients are kept away or were let in all the same.',
      lives.map((life): [Labels, number] => [{ stream: life.stream }, hasFailed(life) ? 1 : 0]),
    ),
    gauge(
      'reprise_epoch_seconds',
      'How long its restore took: shut, from the notice to the end; of that waited for recorders and ' +
        'the backend, replayed, and proved. 0: not over, or there was none.',
      of((life) => {
        const stages = stagesOf(life)
        const { stream } = life
        return STAGES.map((stage): [Labels, number] => [{ stream, stage }, stages[stage] ?? 0])
      }),
    ),
    gauge(
      'reprise_webhook_events',
      'What is to be told of lives by webhook: delivered, waiting to be tried, or given up.',
      of(({ stream }) =>
        TOLD.map((outcome): [Labels, number] => {
          const own = tellings.filter((one) => one.stream === stream && one.how === outcome)
          return [{ stream, outcome }, own.reduce((sum, { count }) => sum + count, 0)]
        }),
      ),
    ),
  ]
}

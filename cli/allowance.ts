import { allowanceOf, targetNotAllowed, type Allowance } from '../replayer/target.ts'
import type { ReplayingSettings } from './replay-settings.ts'

/** Why the target may be sent to; throws where it may not. */
export function requireAllowed(
  target: URL,
  recorded: readonly string[],
  settings: Pick<ReplayingSettings, 'allow-target'>,
): Allowance {
  const allowance = allowanceOf(target, recorded, settings['allow-target'])
  if (allowance === null) throw targetNotAllowed(target, recorded)
  return allowance
}

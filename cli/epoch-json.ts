import type { Epoch } from '../journal/epochs.ts'
import { isoTime } from '../replayer/show.ts'

/** An epoch as commands print it. */
export function epochJson({ beganAt, endedAt, ...epoch }: Epoch): object {
  return {
    ...epoch,
    beganAt: isoTime(beganAt),
    endedAt: endedAt === null ? null : isoTime(endedAt),
  }
}

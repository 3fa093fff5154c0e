import type { Epoch } from '../journal/epochs.ts'
import type { Life } from '../journal/lives.ts'
import { stagesOf } from '../replayer/life-stages.ts'
import { isoTime } from '../replayer/show.ts'

/** An epoch as commands print it. */
export function epochJson({ beganAt, endedAt, ...epoch }: Epoch): object {
  return {
    ...epoch,
    beganAt: isoTime(beganAt),
    endedAt: endedAt === null ? null : isoTime(endedAt),
  }
}

/** The same with how long each part of its restore took, in seconds. */
export function lifeJson({ runBeganAt, runEndedAt, ...epoch }: Life): object {
  return { ...epochJson(epoch), seconds: stagesOf({ runBeganAt, runEndedAt, ...epoch }) }
}

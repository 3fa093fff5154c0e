import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault, recorded } from './support/fault.ts'
import type { Kind } from './support/load.ts'
import type { Recorded } from './support/reckoning.ts'
import type { Round } from './support/round.ts'
import { setStage, type Stage } from './support/stage.ts'

const PLAIN: Kind = { name: 'plain', bytes: [0, 2_000] }

test(
  'upstream killed, and restarted',
  fault(async (round) => {
    const { postgres, origin, load, settle } = await setStage(round)
    for (let i = 0; i < 2; i++) {
      await load.more(round.between(200, 1_000))
      await origin.kill()
      await delay(round.between(0, 300))
      await origin.start()
    }
    await load.more(200)
    return { postgres, broken: await settle(), causes: ['upstream_reset'] }
  }),
)

test(
  'upstream hung (SIGSTOP), then continued',
  fault(async (round) => {
    const flags = { '--answer-timeout': '700ms' }
    const { postgres, origin, load, settle } = await setStage(round, { proxy: { flags } })
    await load.more(round.between(200, 1_000))
    origin.freeze()
    await delay(round.between(1_500, 2_500))
    origin.thaw()
    await load.more(200)
    return { postgres, broken: await settle(), causes: ['upstream_timeout'] }
  }),
)

test(
  'upstream never answers some',
  fault(async (round) => {
    const hang: Kind = { name: 'hang', bytes: [0, 2_000], behaviour: 'hang' }
    const flags = { '--answer-timeout': '500ms' }
    const kinds = [PLAIN, PLAIN, PLAIN, PLAIN, hang]
    const stage = await setStage(round, { proxy: { flags }, load: { kinds, pause: 5 } })
    await stage.load.more(300)
    return settleDoubtful(round, stage, 'upstream_timeout')
  }),
)

test(
  'upstream resets before the body',
  fault((round) => playResets(round, 'reset-before')),
)

test(
  'upstream resets during the body',
  fault((round) => playResets(round, 'reset-during')),
)

test(
  'upstream resets after the body',
  fault((round) => playResets(round, 'reset-after')),
)

async function playResets(
  round: Round,
  behaviour: 'reset-before' | 'reset-during' | 'reset-after',
) {
  const small: Kind = { name: 'small', bytes: [100, 2_000], behaviour }
  const large: Kind = { name: 'large', bytes: [50_000, 300_000], behaviour, pieces: 5, gap: 10 }
  const kinds = [PLAIN, PLAIN, PLAIN, PLAIN, small, large]
  const stage = await setStage(round, { load: { kinds, pause: 5 } })
  await stage.load.more(round.between(300, 1_000))
  return settleDoubtful(round, stage, 'upstream_reset')
}

/** All that the origin had of, and did not answer, is in doubt; all that a client saw answered is applied. */
async function settleDoubtful(round: Round, stage: Stage, cause: string) {
  const broken = await stage.settle()
  const rows = await recorded(round, stage.postgres)
  const doubted = new Set(rows.filter((row) => row.verdict === 'in_doubt').map(targetOf))
  const notes = stage.origin.notes.read()
  const begun = notes.filter(({ kind }) => kind === 'head').map(targetOf)
  const missing = begun.filter((target) => !doubted.has(target))
  if (missing.length > 0) {
    broken.push(
      `${missing.length} of ${begun.length} that the origin had of and did not answer are not in ` +
        `doubt, such as ${missing.slice(0, 3).join(', ')}`,
    )
  }
  // A busy machine may be too late with the answer of any: what counts is what the client had.
  const acked = new Set(
    stage.load.answers.read().flatMap(({ target, outcome }) => (outcome === 'acked' ? target : [])),
  )
  const answered = rows.filter(({ target, verdict }) => verdict === 'in_doubt' && acked.has(target))
  if (answered.length > 0) broken.push(`${answered.length} that were answered are in doubt`)
  return { postgres: stage.postgres, broken, causes: [cause] }
}

function targetOf({ target }: Pick<Recorded, 'target'>): string {
  return target
}

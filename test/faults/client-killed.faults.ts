import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'vitest'
import { fault, recorded } from './support/fault.ts'
import { eventually } from './support/ledger.ts'
import { CLIENTS } from './support/round.ts'
import { setStage } from './support/stage.ts'

test(
  'clients killed in mid-request',
  fault(async (round) => {
    const kinds = [{ name: 'slow', bytes: [20_000, 200_000], pieces: 10, gap: 10 } as const]
    const { postgres, proxy, load, settle } = await setStage(round, { load: { kinds } })
    await load.more(64)
    await delay(round.between(0, 500))
    await load.kill()
    await round.load(proxy.url).more(200)
    return { postgres, broken: await settle(), causes: ['client_gone'] }
  }),
)

test(
  'clients killed while the upstream works',
  fault(async (round) => {
    const kinds = [{ name: 'pending', bytes: [0, 2_000], behaviour: 'hang' } as const]
    const { postgres, proxy, origin, load, settle } = await setStage(round, { load: { kinds } })
    await eventually(
      'each client waits for an answer',
      () =>
        origin.notes.read().filter(({ kind }) => kind === 'whole').length >= CLIENTS || undefined,
    )
    await delay(round.between(0, 300))
    await load.kill()
    await round.load(proxy.url).more(200)
    return { postgres, broken: await settle(), causes: ['client_gone'] }
  }),
)

test(
  'clients killed in mid-response',
  fault(async (round) => {
    const kinds = [{ name: 'slow', bytes: [0, 2_000], behaviour: 'slow-answer' } as const]
    const { postgres, proxy, load, settle } = await setStage(round, { load: { kinds } })
    await load.more(64, 'began')
    await delay(round.between(0, 1_000))
    await load.kill()
    await round.load(proxy.url).more(200)
    const broken = await settle()
    const rows = await recorded(round, postgres)
    const applied = new Set(
      rows.filter((row) => row.verdict === 'applied').map((row) => row.target),
    )
    const began = load.answers.read().filter(({ outcome }) => outcome === 'began')
    const missing = began.filter(({ target }) => !applied.has(target))
    if (missing.length > 0) {
      broken.push(
        `${missing.length} of ${began.length} whose answer had begun are not recorded as applied`,
      )
    }
    return { postgres, broken, causes: ['client_gone'] }
  }),
)

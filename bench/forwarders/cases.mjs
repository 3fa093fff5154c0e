// Every wire case against one forwarder.

import { setTimeout as pause } from 'node:timers/promises'
import { fieldCases } from './cases-fields.mjs'
import { framingCases } from './cases-framing.mjs'
import { start } from './engines.mjs'
import { RawOrigin } from './wire.mjs'

export const cases = [...framingCases, ...fieldCases]
  .map(([id, name, run]) => ({ id, name, run }))
  .sort((a, b) => a.id.localeCompare(b.id))

/** `{ [case id]: { holds, saw } }`; a forwarder that a case kills is started anew for the next. */
export async function runCases(engine) {
  const origin = await new RawOrigin().listen()
  let forwarder = await start(engine, origin.address)
  const results = {}
  for (const { id, run } of cases) {
    if (!forwarder.alive()) forwarder = await start(engine, origin.address)
    const result = await run({ origin, address: forwarder.address })
    await pause(20)
    results[id] = forwarder.alive() ? result : { holds: false, saw: 'the process died' }
    await origin.forget()
  }
  await forwarder.stop()
  origin.close()
  return results
}

// Requests/s and CPU time of each forwarder, in interleaved rounds so that a noisy neighbour falls
// on all of them. The forwarder has core 0; load and origin share core 1.

import { median } from '../figures.mjs'
import { load, startOrigin } from '../load/run.mjs'
import { canPin, FORWARDER_CORE } from '../processes.mjs'
import { cpuSeconds } from '../usage.mjs'
import { start } from './engines.mjs'

const BASIS = 'plain node:http'
const WARM_UP_SECONDS = 2

/**
 * Medians per engine, with the median of the ratios to plain node:http taken round by round. The
 * entry `no proxy` is the load straight at the origin: the ceiling of the method.
 */
export async function runSpeed(engines, { rounds, seconds }, tell) {
  if (!canPin()) tell('taskset is missing: nothing is pinned, figures say less')
  const origin = await startOrigin()
  const runners = [{ name: 'no proxy', address: origin.address, stop: async () => {} }]
  for (const engine of engines) {
    try {
      runners.push({ name: engine.name, ...(await start(engine, origin.address, FORWARDER_CORE)) })
    } catch (error) {
      tell(`left out: ${error.message}`)
    }
  }
  const taken = Object.fromEntries(runners.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const runner of runners) {
      const one = await measure(runner, round === 0 ? WARM_UP_SECONDS : seconds)
      if (round === 0) continue
      taken[runner.name].push(one)
      tell(`round ${round}: ${runner.name} ${Math.round(one.perSecond)}/s`)
    }
  }
  for (const one of [...runners, origin]) await one.stop()
  return summary(taken)
}

function summary(taken) {
  const basis = taken[BASIS]
  const ratio = (runs, key) => median(runs.map((run, round) => run[key] / basis[round][key]))
  return Object.fromEntries(
    Object.entries(taken).map(([name, runs]) => {
      const one = {
        perSecond: median(runs.map((run) => run.perSecond)),
        perSecondRatio: ratio(runs, 'perSecond'),
      }
      if (runs[0].cpuPerThousand !== undefined) {
        one.cpuPerThousand = median(runs.map((run) => run.cpuPerThousand))
        one.cpuRatio = ratio(runs, 'cpuPerThousand')
      }
      return [name, { ...one, rounds: runs }]
    }),
  )
}

async function measure({ address, pid }, seconds) {
  const before = cpuSeconds(pid)
  const { requests, elapsed } = await load({
    address,
    shape: 'small-post',
    connections: 64,
    seconds,
  })
  const after = cpuSeconds(pid)
  const cpu = before === undefined || after === undefined ? undefined : after - before
  return {
    perSecond: requests / elapsed,
    ...(cpu === undefined ? {} : { cpuPerThousand: (cpu * 1000) / requests }),
  }
}

// Shows why forwarding is done on node:http with raw fields (docs/decisions/001): the published
// packages and our own forwarders, on the wire and in speed. Loopback only.
//
//   node bench/forwarders/compare.mjs [--cases-only | --speed-only] [--json] [--rounds 9] [--seconds 2]

import { parseArgs } from 'node:util'
import { cases, runCases } from './cases.mjs'
import { engines, installPeers } from './engines.mjs'
import { runSpeed } from './speed.mjs'
import { casesTable, speedTable } from './tables.mjs'

const { values: flags } = parseArgs({
  options: {
    'cases-only': { type: 'boolean', default: false },
    'speed-only': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '2' },
  },
})

const tell = (line) => process.stderr.write(`${line}\n`)

async function casesOf(list) {
  const columns = {}
  // Side by side: each has its own origin, and most of a case is waiting.
  await Promise.all(
    list.map(async (engine) => {
      try {
        columns[engine.name] = await runCases(engine)
      } catch (error) {
        tell(`left out: ${error.message}`)
      }
    }),
  )
  return Object.fromEntries(
    list.filter(({ name }) => columns[name]).map(({ name }) => [name, columns[name]]),
  )
}

installPeers()
const list = engines()
if (!list.some(({ name }) => name === 'reprise'))
  tell('left out: reprise itself, which is not built (npm run build)')

const report = { node: process.version }
if (!flags['speed-only']) {
  report.cases = await casesOf(list.filter((engine) => engine.for === 'both'))
}
if (!flags['cases-only']) {
  const plan = { rounds: Number(flags.rounds), seconds: Number(flags.seconds) }
  report.speed = await runSpeed(list, plan, tell)
}

if (flags.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
else {
  const parts = [`Node ${report.node}`]
  if (report.cases) parts.push(casesTable(cases, report.cases))
  if (report.speed) parts.push(speedTable(report.speed))
  process.stdout.write(`${parts.join('\n\n')}\n`)
}

// Shows why the spool is kept in the store it is kept in (docs/decisions/002): lmdb, classic-level
// (bare, and as `guard.mjs` uses it) and a plain file, killed, damaged, on a full disk, and in
// speed. As root, for the full disk.
//
//   npm i lmdb classic-level                 (in a scratch folder: the project depends on one alone)
//   node bench/spool/compare.mjs --packages SCRATCH [--only kill,torn,full,speed] [--json]
//     [--rounds 12] [--copies 10] [--disks 6] [--seconds 2]

import { parseArgs } from 'node:util'
import { fullDisk } from './full.mjs'
import { killRounds, lockOf } from './kill.mjs'
import { speedOf } from './speed.mjs'
import { names, packageOf, requireFrom } from './stores.mjs'
import { markdown } from './tables.mjs'
import { tornCopies } from './torn.mjs'

const { values: flags } = parseArgs({
  options: {
    packages: { type: 'string', default: '.' },
    only: { type: 'string', default: 'kill,torn,full,speed' },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '12' },
    copies: { type: 'string', default: '10' },
    disks: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '2' },
  },
})

const tell = (line) => process.stderr.write(`${line}\n`)
const options = { packages: flags.packages }
const wanted = new Set(flags.only.split(','))

function there(name) {
  if (name === 'plain file') return true
  try {
    requireFrom(flags.packages)(packageOf(name))
    return true
  } catch (error) {
    tell(`left out: ${name}: ${error.message.split('\n')[0]}`)
    return false
  }
}

const stores = names.filter(there)
const report = { node: process.version, stores: {} }
for (const store of stores) {
  const one = (report.stores[store] = {})
  tell(store)
  if (wanted.has('kill')) {
    one.kill = await killRounds(store, options, Number(flags.rounds))
    one.lock = await lockOf(store, options)
  }
  if (wanted.has('torn')) one.torn = await tornCopies(store, options, Number(flags.copies))
  if (!wanted.has('full')) continue
  try {
    one.full = await fullDisk(store, options, Number(flags.disks))
  } catch (error) {
    tell(`no full disk: ${error.message.split('\n')[0]}`)
  }
}
if (wanted.has('speed')) {
  const speeds = await speedOf(stores, options, Number(flags.seconds))
  for (const store of stores) report.stores[store].speed = speeds[store]
}

process.stdout.write(
  flags.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${markdown(report)}\n`,
)

// Breaks the rules of aliases and order one by one in a copy, and shows which test falls for each. Fails
// where one survives. Arguments: parts of file names, to try only these.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MUTATIONS } from './mutations.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const copy = mkdtempSync(path.join(tmpdir(), 'reprise-mutations-'))
for (const name of [
  'aliases',
  'backend',
  'wire',
  'journal',
  'proxy',
  'replayer',
  'test',
  'package.json',
]) {
  cpSync(path.join(root, name), path.join(copy, name), { recursive: true })
}
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))

/** The name of the first test that falls, or null. */
function firstToFall(...tests) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
  const config = path.join(copy, 'test/replayer/mutations/vitest.config.ts')
  const { status, stdout } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', copy, '--config', config, '--reporter', 'json', ...tests],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...process.env, REPRISE_MODEL_RUNS: '60', REPRISE_MODEL_SHRINK: 'no' },
    },
  )
  if (status === 0) return null
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"')))
  const fallen = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find((one) => one.status === 'failed')
  return fallen?.fullName ?? testResults[0]?.message ?? 'all'
}

const chosen = MUTATIONS.filter(
  ({ file }) =>
    process.argv.length < 3 || process.argv.slice(2).some((part) => file.includes(part)),
)
const survivors = []
try {
  // Before the first of them costs minutes.
  for (const { file, text } of MUTATIONS) {
    const source = readFileSync(path.join(copy, 'replayer', file), 'utf8')
    if (source.split(text).length !== 2) throw new Error(`not once in ${file}: ${text}`)
  }
  const fallen = firstToFall('test/replayer')
  if (fallen !== null) throw new Error(`falls without any mutation: ${fallen}`)
  for (const mutation of chosen) {
    const { file, text, becomes } = mutation
    const place = path.join(copy, 'replayer', file)
    const source = readFileSync(place, 'utf8')
    writeFileSync(
      place,
      source.replace(text, () => becomes),
    )
    const by =
      firstToFall('test/replayer/aliases', 'test/replayer/order', 'test/replayer/context') ??
      firstToFall('test/replayer/model')
    writeFileSync(place, source)
    if (by === null) survivors.push(mutation)
    const what = `${text.trim()} -> ${becomes.trim() || 'nothing'}`.replaceAll(/\s+/g, ' ')
    console.log(`${by === null ? 'SURVIVES' : 'falls   '} ${file.padEnd(22)} ${what.slice(0, 90)}`)
    if (by !== null) console.log(`${' '.repeat(32)}${by.slice(0, 90)}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutations were noticed`)
process.exitCode = survivors.length === 0 ? 0 : 1

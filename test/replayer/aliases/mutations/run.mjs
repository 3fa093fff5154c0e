// Breaks one rule of the alias code after the other, in a copy, and runs its tests there. A rule
// that can be broken without a test falling is one that nobody holds. Ends with 1 if there is one.
//
//   node test/replayer/aliases/mutations/run.mjs [part of a name]

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MUTATIONS } from './rules.mjs'

const ROOT = join(import.meta.dirname, '../../../..')
const COPIED = [
  'aliases',
  'replayer',
  'journal',
  'wire',
  'test/replayer/aliases',
  'test/loop',
  'package.json',
]

const copy = mkdtempSync(join(tmpdir(), 'reprise-mutations-'))
const survivors = []
try {
  for (const part of COPIED) cpSync(join(ROOT, part), join(copy, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(
    join(copy, 'vitest.config.ts'),
    'export default { test: { maxWorkers: 1, testTimeout: 120_000 } }\n',
  )
  if (!passes()) throw new Error('the tests fall without any rule broken')
  for (const { name, file, from, to } of MUTATIONS) {
    if (!name.includes(process.argv[2] ?? '')) continue
    const path = join(copy, 'replayer/aliases', file)
    const source = readFileSync(path, 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${name}: not found once in ${file}`)
    writeFileSync(
      path,
      source.replace(from, () => to),
    )
    const survived = passes()
    writeFileSync(path, source)
    if (survived) survivors.push(name)
    console.log(`${survived ? 'SURVIVED' : 'fell'}  ${name}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`${survivors.length} survived`)
process.exitCode = survivors.length === 0 ? 0 : 1

function passes() {
  const { status } = spawnSync(
    join(copy, 'node_modules/.bin/vitest'),
    ['run', 'test/replayer/aliases', '--bail', '1', '--exclude', '**/mutations/**'],
    { cwd: copy, env: { ...process.env, REPRISE_HISTORIES: '150' }, stdio: 'ignore' },
  )
  return status === 0
}

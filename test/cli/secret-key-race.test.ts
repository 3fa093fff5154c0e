import type fileSystem from 'node:fs'
import { mkdtempSync, readdirSync, rmSync, writeFileSync as write } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { keysOf } from '../../cli/secret-key.ts'

// A file is created empty and then written: `between` is what another process does in that moment.
let between: (() => void) | null = null
/** Of a file system that has no links. */
let linking: string | null = null

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof fileSystem>()
  const writeFileSync: typeof fs.writeFileSync = (file, data, options) => {
    fs.writeFileSync(file, '', options)
    const other = between
    between = null
    other?.()
    fs.appendFileSync(file, data as string)
  }
  const linkSync: typeof fs.linkSync = (from, to) => {
    if (linking !== null) throw Object.assign(new Error(linking), { code: linking })
    fs.linkSync(from, to)
  }
  return { ...fs, writeFileSync, linkSync }
})

test('of two processes that start at once each has the same key, whole', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'reprise-key-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const settings = { 'secret-key': undefined, 'secret-key-file': undefined, 'old-secret-keys': [] }
  const start = () => keysOf({ ...settings, 'data-dir': dataDir }, expect.unreachable)
  const others: unknown[] = []
  between = () => others.push(start())
  const own = start()
  expect(own).toHaveLength(1)
  expect(others).toEqual([own])
  expect(readdirSync(dataDir)).toEqual(['secret.key'])
})

test('what a process that was killed had begun hinders nobody', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'reprise-key-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  write(join(dataDir, 'secret.key.0123456789abcdef'), '')
  const settings = { 'secret-key': undefined, 'secret-key-file': undefined, 'old-secret-keys': [] }
  expect(keysOf({ ...settings, 'data-dir': dataDir }, expect.unreachable)).toHaveLength(1)
})

test.for(['EPERM', 'ENOTSUP'])(
  'where files cannot be linked there is a key all the same: %s',
  (code) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'reprise-key-'))
    onTestFinished(() => {
      linking = null
      rmSync(dataDir, { recursive: true, force: true })
    })
    linking = code
    const settings = {
      'secret-key': undefined,
      'secret-key-file': undefined,
      'old-secret-keys': [],
    }
    const start = () => keysOf({ ...settings, 'data-dir': dataDir }, expect.unreachable)
    const own = start()
    expect(own).toHaveLength(1)
    expect(start()).toEqual(own)
    expect(readdirSync(dataDir)).toEqual(['secret.key'])
  },
)

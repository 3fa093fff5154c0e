import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from '../../journal/folder.ts'

test('a folder is made with those above it, and made again without harm', () => {
  const root = mkdtempSync(join(tmpdir(), 'reprise-folder-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'a', 'b')
  makeFolder(folder)
  makeFolder(folder)
  expect(statSync(folder).isDirectory()).toBe(true)
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file', 'below'))).toThrow(/ENOTDIR/)
})

test.runIf(process.platform === 'linux')('below /proc it is refused, and at once', () => {
  expect(() => makeFolder('/proc/nothing/below')).toThrow(/ENOENT/)
})

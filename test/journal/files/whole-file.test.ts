import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFileOf } from '../../../journal/files/opening.ts'
import { emptyFolder } from '../../support/folder.ts'

async function* text(...lines: string[]) {
  for (const line of lines) {
    await Promise.resolve()
    yield `${line}\n`
  }
}

/** What the file system was asked to do is done. */
async function settled(): Promise<void> {
  const folder = emptyFolder()
  for (let i = 0; i < 20; i++) await writeFile(join(folder, `${i}`), '')
}

test('what is no file stays what it is, and gets what was written', async () => {
  const pipe = join(emptyFolder(), 'pipe')
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', pipe])
  const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] })
  let read = ''
  reader.stdout.setEncoding('utf8').on('data', (some: string) => (read += some))
  await writeFileOf(text('a', 'b'), pipe)
  await once(reader, 'close')
  expect(read).toBe('a\nb\n')
  expect(lstatSync(pipe).isFIFO()).toBe(true)
})

test('a link stays a link, and a file as closed as it was', async () => {
  const folder = emptyFolder()
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  writeFileSync(file, 'before')
  chmodSync(file, 0o600)
  symlinkSync('file', link)
  await writeFileOf(text('after'), link)
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(file, 'utf8')).toBe('after\n')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('of two that write one file at once each writes it whole, and one that fails leaves nothing', async () => {
  const folder = emptyFolder()
  const file = join(folder, 'file')
  const [one, other] = ['one', 'other'].map((word) => Array<string>(20_000).fill(word))
  await Promise.all([writeFileOf(text(...one!), file), writeFileOf(text(...other!), file)])
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines).toEqual(lines[0] === 'one' ? one : other)
  const failing = async function* () {
    yield* text('begun')
    throw new Error('no more')
  }
  for (let i = 0; i < 20; i++) {
    await expect(writeFileOf(failing(), file)).rejects.toThrow('no more')
  }
  await settled()
  expect(readdirSync(folder)).toEqual(['file'])
  await expect(writeFileOf(text('a'), folder)).rejects.toThrow(`${folder}: it is a folder`)
})

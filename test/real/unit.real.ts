import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { emptyFolder } from '../support/folder.ts'
import { debianProgram } from './debian-program.ts'

// deploy/systemd by systemd's own judgement.

let analyze = ''
beforeAll(() => {
  analyze = debianProgram('systemd', 'systemd-analyze')
}, 300_000)

/** The unit as it is, but for the program that it starts: one that is here. */
function unit(): string {
  const text = readFileSync(
    join(import.meta.dirname, '../../deploy/systemd/reprise.service'),
    'utf8',
  )
  const file = join(emptyFolder(), 'reprise.service')
  writeFileSync(file, text.replace('ExecStart=/usr/bin/reprise ', `ExecStart=${process.execPath} `))
  return file
}

function analyzed(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(analyze, argv, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('systemd understands every line of it', () => {
  expect(analyzed('verify', '--man=no', unit())).toEqual({ status: 0, said: '' })
})

test('its sandbox is as tight as a program that compiles can have it', () => {
  // Tenths of ten: 20 is "OK" at its lowest; what is left is the network and W^X.
  const { status, said } = analyzed(
    ...['security', '--offline=yes', '--threshold=20', '--no-pager', unit()],
  )
  expect(status).toBe(0)
  expect(said).toMatch(/Overall exposure level for reprise\.service: [01]\.\d OK/)
})

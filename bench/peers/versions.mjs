// What exactly was measured.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The version that a program tells, on either stream. */
export function versionOf(program, flag, pattern) {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' })
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? 'of an unknown version'
}

/** A package in the folder, with its version. */
export function packageIn(folder, name) {
  const place = path.join(folder, 'node_modules', name)
  const { version } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'))
  return { place, label: `${name} ${version}` }
}

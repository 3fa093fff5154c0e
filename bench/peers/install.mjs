// Gets peers onto the machine: published packages in a scratch folder outside the project, so that
// they are no dependency of it, and Debian's packages where apt may be used.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Installs npm packages unless the folder of an earlier run holds these very ones. */
export function installPackages(folder, packages) {
  const stamp = path.join(folder, 'installed')
  const wanted = packages.join('\n')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const flags = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  execFileSync('npm', [...flags, '--loglevel=error', ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  writeFileSync(stamp, wanted)
}

/** Makes sure of a program; throws why it cannot be had. */
export function ensureProgram(program, debianPackage) {
  if (isThere(program)) return
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    throw new Error(`${program} is not installed (on Debian: apt install ${debianPackage})`)
  }
  const quiet = { stdio: ['ignore', 'ignore', 'ignore'] }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    execFileSync('apt-get', ['update', '-q'], quiet)
    const flags = ['install', '-q', '-y', '--no-install-recommends']
    execFileSync('apt-get', [...flags, debianPackage], { ...quiet, env })
  } catch (error) {
    throw new Error(`apt could not install ${debianPackage}`, { cause: error })
  }
  if (!isThere(program)) throw new Error(`${debianPackage} brought no ${program}`)
}

function isThere(program) {
  try {
    execFileSync('/bin/sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

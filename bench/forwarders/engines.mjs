// What is compared: the published packages, in a scratch folder of their own so that they are no
// dependency of the project, and the forwarders of this repository.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = ['http-proxy@1.18.1', 'http-proxy-3@1', 'httpxy@0.5', 'undici@7']
const READY_WITHIN_MS = 15_000

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../..')
const scratch = path.join(os.tmpdir(), 'reprise-forwarders')

// The one place that knows how our own command line starts a proxy which records nothing.
const OURS = path.join(root, 'dist/cli.js')
const oursArguments = (target) => [
  OURS,
  'proxy',
  '--target',
  target,
  '--listen',
  '127.0.0.1:0',
  '--recording',
  'off',
]

const peer = (name) => (target) => [path.join(here, 'peer.mjs'), name, target, scratch]

/** `for`: 'both', or 'speed' for a variant that forwards the same bytes. */
export function engines() {
  const list = [
    {
      name: 'plain node:http',
      for: 'both',
      arguments: (url) => [path.join(here, 'plain.mjs'), url],
    },
    { name: label('http-proxy'), for: 'both', arguments: peer('http-proxy') },
    { name: label('http-proxy-3'), for: 'both', arguments: peer('http-proxy-3') },
    { name: label('httpxy'), for: 'both', arguments: peer('httpxy') },
    { name: label('undici'), for: 'both', arguments: peer('undici') },
    { name: `${label('undici')}, body gathered`, for: 'speed', arguments: peer('undici-gathered') },
  ]
  if (existsSync(OURS)) list.unshift({ name: 'reprise', for: 'both', arguments: oursArguments })
  return list
}

function label(name) {
  const manifest = path.join(scratch, 'node_modules', name, 'package.json')
  return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`
}

/** Installs the packages unless the scratch folder of an earlier run holds these very ones. */
export function installPeers() {
  const stamp = path.join(scratch, 'installed')
  const wanted = PACKAGES.join('\n')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(scratch, 'package.json'), '{ "private": true }\n')
  const flags = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  execFileSync('npm', [...flags, ...PACKAGES], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  writeFileSync(stamp, wanted)
}

/** Starts one forwarder in front of `target`; `core` pins it where the system can. */
export async function start(engine, target, core) {
  const [command, ...args] = pinned([process.execPath, ...engine.arguments(target)], core)
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (bytes) => (complaint = `${complaint}${bytes}`.slice(-2000)))
  const address = await new Promise((resolve, reject) => {
    const give = (why) => reject(new Error(`${engine.name} ${why}: ${complaint}`))
    const timer = setTimeout(() => give('was not ready in time'), READY_WITHIN_MS)
    let printed = ''
    child.stdout.on('data', (bytes) => {
      printed += bytes
      const ready = /^ready\b.*?(http:\/\/[^\s"',]+)/m.exec(printed)
      if (ready === null) return
      clearTimeout(timer)
      resolve(ready[1])
    })
    child.on('exit', () => {
      clearTimeout(timer)
      give('ended before it was ready')
    })
  }).catch((error) => {
    child.kill('SIGKILL')
    throw error
  })
  return {
    address,
    pid: child.pid,
    alive: () => child.exitCode === null && child.signalCode === null,
    stop: () => child.kill('SIGKILL'),
  }
}

/** The command on one core, where taskset exists; `undefined` as core leaves it alone. */
export function pinned(command, core) {
  return core === undefined || !canPin() ? command : ['taskset', '-c', String(core), ...command]
}

let pins
export function canPin() {
  if (pins === undefined) {
    try {
      execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
      pins = true
    } catch {
      pins = false
    }
  }
  return pins
}

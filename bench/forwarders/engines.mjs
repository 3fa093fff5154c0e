// What is compared: the published packages, in a scratch folder of their own so that they are no
// dependency of the project, and the forwarders of this repository.

import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from '../peers/install.mjs'
import { start as startProcess } from '../processes.mjs'

const PACKAGES = ['http-proxy@1.18.1', 'http-proxy-3@1', 'httpxy@0.5', 'undici@7']

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

export const installPeers = () => installPackages(scratch, PACKAGES)

/** Starts one forwarder in front of `target`; `core` pins it where the system can. */
export function start(engine, target, core) {
  const command = [process.execPath, ...engine.arguments(target)]
  return startProcess({ name: engine.name, command, cwd: root }, core)
}

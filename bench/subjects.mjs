// Who is measured: the upstream itself, the proxy without and with recording, and its peers. Each
// table has processes of its own, so that memory and what was kept are of its work alone.

import { mkdtempSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { FORWARDER_CORE, freePort, start } from './processes.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

export const DIRECT = 'direct'
export const OFF = 'recording off'
const DURABILITIES = ['async', 'commit', 'intent']

/** `surroundings`: `{ origin, journal, folder, nodeArguments }` (by the name of a subject). */
export function ourSubjects(surroundings) {
  return [
    { name: DIRECT, start: () => ({ address: surroundings.origin.address, stop: async () => {} }) },
    { name: OFF, start: () => startOff(surroundings) },
    ...DURABILITIES.map((durability) => recording(durability, surroundings)),
  ]
}

/** One proxy that records with the durability; `settings` are further flags of it. */
export function recording(durability, surroundings, settings = []) {
  const { journal } = surroundings
  return {
    name: durability,
    stores: true,
    async start() {
      const stream = `bench-${(streams += 1)}-${durability}`
      const running = await startProxy(durability, surroundings, [
        ...['--database-url', journal.url, '--data-dir', surroundings.folder],
        ...['--stream', stream, '--durability', durability, ...settings],
      ])
      return { ...running, stream, recorded: () => journal.applied(stream), mutationsOnly: true }
    },
  }
}

let streams = 0

const startOff = (surroundings) => startProxy(OFF, surroundings, ['--recording', 'off'])

function startProxy(name, { origin, nodeArguments = {} }, args) {
  const command = [
    ...[process.execPath, ...(nodeArguments[name] ?? []), path.join(root, 'dist/cli.js')],
    ...['proxy', '--target', origin.address, '--listen', '127.0.0.1:0', ...args],
  ]
  return start({ name, command, cwd: root }, FORWARDER_CORE)
}

/** A peer (see peers/peers.mjs) as a subject. */
export function peerSubject(peer, { origin, folder }) {
  return {
    name: peer.name,
    note: peer.note,
    async start() {
      const own = mkdtempSync(path.join(folder, 'peer-'))
      const port = await freePort()
      const plan = { target: origin.address, folder: own, port }
      const { command, printsAddress, ...rest } = await peer.setUp(plan)
      const address = printsAddress ? undefined : `http://127.0.0.1:${port}`
      const running = await start({ name: peer.name, command, address, cwd: own }, FORWARDER_CORE)
      return { ...running, ...rest }
    },
  }
}

// What forwarding alone costs on the two engines of Node, recording nothing: the forwarders that
// bench/forwarders compares on the wire.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageIn } from './versions.mjs'

const forwarders = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../forwarders')
const run = (file, ...args) => [process.execPath, path.join(forwarders, file), ...args]

export const bareHttp = {
  name: 'bare node:http',
  obtain: () => ({}),
  setUp: ({ target }) => ({ command: run('plain.mjs', target), printsAddress: true }),
}

export const bareOwn = {
  name: 'bare own engine',
  obtain: () => ({}),
  setUp: ({ target, folder }) => ({
    command: run('peer.mjs', 'own', target, folder),
    printsAddress: true,
  }),
  note: 'the least that forwards with the server and the client of reprise',
}

export const bareUndici = {
  name: 'bare undici',
  packages: ['undici@7.30.2'],
  obtain: (folder) => ({
    name: `bare ${packageIn(folder, 'undici').label}`,
    setUp: ({ target }) => ({
      command: run('peer.mjs', 'undici-gathered', target, folder),
      printsAddress: true,
    }),
  }),
  note: 'bodies up to 64 KB are gathered before they are sent on',
}

// mountebank with an imposter that proxies and remembers, as documented for recording: proxyAlways,
// what was answered kept by method and path. It keeps it in memory until `mb save`.

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '../processes.mjs'
import { packageIn } from './versions.mjs'

const PREDICATES = [{ matches: { method: true, path: true } }]

export const mountebank = {
  name: 'mountebank',
  packages: ['mountebank@2.9.1'],
  obtain(folder) {
    const { place, label } = packageIn(folder, 'mountebank')
    return { name: label, setUp: (plan) => setUp(path.join(place, 'bin/mb'), plan) }
  },
  note: 'recorded in memory only; it logs errors alone, and to no file',
}

async function setUp(program, { target, folder, port }) {
  const admin = await freePort()
  const proxy = { to: target, mode: 'proxyAlways', predicateGenerators: PREDICATES }
  const imposter = { port, protocol: 'http', stubs: [{ responses: [{ proxy }] }] }
  const file = path.join(folder, 'imposters.json')
  writeFileSync(file, JSON.stringify({ imposters: [imposter] }))
  return {
    command: [
      ...[process.execPath, program, '--host', '127.0.0.1', '--port', String(admin)],
      ...['--configfile', file, '--nologfile', '--loglevel', 'error'],
      ...['--pidfile', path.join(folder, 'mb.pid')],
    ],
    recorded: () => countResponses(`http://127.0.0.1:${admin}/imposters/${port}`),
    countedWhile: 'running',
  }
}

async function countResponses(address) {
  const answer = await fetch(`${address}?replayable=true&removeProxies=true`)
  const { stubs } = await answer.json()
  return stubs.reduce((sum, { responses }) => sum + responses.length, 0)
}

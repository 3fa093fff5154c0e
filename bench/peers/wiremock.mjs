// WireMock proxying all and recording mappings: a file for each request that it has not seen.

import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { countFiles } from './counts.mjs'
import { ensureProgram } from './install.mjs'
import { packageIn } from './versions.mjs'

export const wiremock = {
  name: 'WireMock',
  packages: ['wiremock@3.13.2'],
  obtain(packages) {
    // The npm package holds the jar, and needs a Java on the machine.
    const { place, label } = packageIn(packages, 'wiremock')
    const build = path.join(place, 'build')
    const jar = readdirSync(build).find((name) => name.endsWith('.jar'))
    if (jar === undefined) throw new Error('its npm package came without the jar')
    ensureProgram('java', 'default-jre-headless')
    return {
      name: label.replace('wiremock', 'WireMock'),
      setUp: (plan) => setUp(path.join(build, jar), plan),
    }
  },
  note: 'looks for each request among its mappings, so that it falls as they grow',
}

function setUp(jar, { target, folder, port }) {
  const mappings = path.join(folder, 'mappings')
  mkdirSync(mappings)
  return {
    command: [
      ...['java', '-jar', jar, '--port', String(port), '--bind-address', '127.0.0.1'],
      ...['--proxy-all', target, '--record-mappings', '--root-dir', folder, '--disable-banner'],
    ],
    recorded: () => countFiles(mappings),
  }
}

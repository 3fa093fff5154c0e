// talkback in record mode NEW: a file (a tape) for each request that it has not seen before.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { countFiles } from './counts.mjs'
import { packageIn } from './versions.mjs'

const server = path.join(path.dirname(fileURLToPath(import.meta.url)), 'talkback-server.mjs')

export const talkback = {
  name: 'talkback',
  packages: ['talkback@4.2.0'],
  obtain(packages) {
    return {
      name: packageIn(packages, 'talkback').label,
      setUp({ target, folder, port }) {
        const tapes = path.join(folder, 'tapes')
        return {
          command: [process.execPath, server, packages, target, String(port), tapes],
          recorded: () => countFiles(tapes),
        }
      },
    }
  },
  note: 'silent; looks for each request among its tapes, so that it falls as they grow',
}

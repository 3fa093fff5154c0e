// mockttp keeps nothing by itself: a listener writes what it is told to a file, a line an event.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { countLines } from './counts.mjs'
import { packageIn } from './versions.mjs'

const server = path.join(path.dirname(fileURLToPath(import.meta.url)), 'mockttp-server.mjs')

export const mockttp = {
  name: 'mockttp',
  packages: ['mockttp@4.6.5'],
  obtain(packages) {
    return {
      name: packageIn(packages, 'mockttp').label,
      setUp({ target, folder, port }) {
        const file = path.join(folder, 'exchanges.jsonl')
        return {
          command: [process.execPath, server, packages, target, String(port), file],
          recorded: () => countLines(file, '{"event":"response"'),
        }
      },
    }
  },
  note: 'a listener writes requests and responses to a file as JSON lines, unsynced',
}

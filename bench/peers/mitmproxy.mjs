// mitmproxy as a reverse proxy that writes its flows to a file.

import { createReadStream } from 'node:fs'
import path from 'node:path'
import { ensureProgram } from './install.mjs'
import { versionOf } from './versions.mjs'

export const mitmproxy = {
  name: 'mitmproxy',
  obtain() {
    ensureProgram('mitmdump', 'mitmproxy')
    return { name: `mitmproxy ${versionOf('mitmdump', '--version', /Mitmproxy: (\S+)/)}` }
  },
  setUp({ target, folder, port }) {
    const file = path.join(folder, 'flows')
    return {
      command: [
        ...['mitmdump', '--quiet', '--mode', `reverse:${target}`, '-w', file],
        ...['--listen-host', '127.0.0.1', '--listen-port', String(port)],
        ...['--set', `confdir=${path.join(folder, 'conf')}`],
      ],
      recorded: () => countNetstrings(file),
    }
  },
  note: 'quiet, flows written to a file (-w); whole bodies are held, its default',
}

/** The file is one tnetstring a flow: its length, `:`, so many bytes, and a byte for its type. */
async function countNetstrings(file) {
  let count = 0
  let length = 0
  let skip = 0
  for await (const bytes of createReadStream(file)) {
    let at = 0
    while (at < bytes.length) {
      const jump = Math.min(skip, bytes.length - at)
      at += jump
      skip -= jump
      if (at === bytes.length) break
      const byte = bytes[at]
      at += 1
      if (byte === 0x3a) {
        count += 1
        skip = length + 1
        length = 0
      } else length = length * 10 + byte - 0x30
    }
  }
  return count
}

// `node talkback-server.mjs PACKAGES TARGET PORT TAPES`

import { createRequire } from 'node:module'
import path from 'node:path'

const [packages, host, port, tapes] = process.argv.slice(2)
const talkback = createRequire(path.join(packages, 'package.json'))('talkback')
const record = talkback.Options.RecordMode.NEW
const server = talkback({ host, record, port, path: tapes, silent: true, summary: false })
server.start()

process.once('SIGTERM', () => server.close(() => process.exit(0)))

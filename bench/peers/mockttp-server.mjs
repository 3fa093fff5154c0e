// `node mockttp-server.mjs PACKAGES TARGET PORT FILE`

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [packages, target, port, file] = process.argv.slice(2)
const require = createRequire(path.join(packages, 'package.json'))
const server = require('mockttp').getLocal({ recordTraffic: false })
const lines = createWriteStream(file)

async function write(event, { id, method, url, statusCode, rawHeaders, body }) {
  const text = await body.getText()
  const line = { event, id, method, url, statusCode, rawHeaders, body: text }
  lines.write(`${JSON.stringify(line)}\n`)
}

await server.forAnyRequest().thenForwardTo(target)
await server.on('request', (request) => write('request', request))
await server.on('response', (response) => write('response', response))
await server.start(Number(port))

await once(process, 'SIGTERM')
await server.stop()
lines.end(() => process.exit(0))

// `node loop.mjs PLAN`, the plan as JSON: `{ address, undici, count, seed }`. A bare loop of undici
// sends the requests one after the other. Prints how long that took, in seconds.

import { pathToFileURL } from 'node:url'
import { fieldsOf, recording } from './recording.mjs'

const { address, undici, count, seed, recorded } = JSON.parse(process.argv[2])
const { Client } = (await import(pathToFileURL(undici))).default
const { host } = new URL(address)

const requests = []
for (const one of recording(recorded, seed)) {
  if (requests.length === count) break
  const { method, target: path, body } = one
  const fields = fieldsOf(one, host)
  const headers = fields.filter((_, i) => fields[i - (i % 2)] !== 'connection')
  requests.push({ method, path, body, headers })
}

const client = new Client(address)
const began = performance.now()
for (const request of requests) {
  const { body } = await client.request(request)
  await body.text()
}
process.stdout.write(`${JSON.stringify({ elapsed: (performance.now() - began) / 1000 })}\n`)
await client.close()

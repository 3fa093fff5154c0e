import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertAsRecorded, recording } from 'reprise/node-test'
import { serve } from '../program.js'

// Debian's docker-registry, or any other.
const REGISTRY = process.env.REGISTRY ?? 'docker-registry'
const CONFIG = fileURLToPath(new URL('registry.yml', import.meta.url))
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

const images = recording()

test('an image is pushed', async () => {
  const registry = await start()
  const { url } = await images.record({ upstream: registry })
  const config = await upload(url, 'application/vnd.docker.container.image.v1+json', '{}')
  const layer = await upload(url, 'application/vnd.docker.image.rootfs.diff.tar.gzip', 'a layer')
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }
  await send('PUT', `${url}/v2/shop/manifests/1.0`, JSON.stringify(manifest), MANIFEST)
  assert.deepEqual(await tagsOf(registry), ['1.0'])
})

test('a fresh registry takes it, by uploads of its own', async () => {
  const fresh = await start()
  const run = await images.replay({ to: fresh })
  assertAsRecorded(run)
  assert.equal(run.outcomes.same, 7)
  assert.deepEqual(await tagsOf(fresh), ['1.0'])
})

function start() {
  return serve((port) => [
    ...['env', `REGISTRY_HTTP_ADDR=127.0.0.1:${port}`],
    ...[REGISTRY, 'serve', CONFIG],
  ])
}

/** Begins an upload, sends the bytes to where the registry wants them, and ends it where it then says. */
async function upload(url, mediaType, content) {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  const begun = await send('POST', `${url}/v2/shop/blobs/uploads/`)
  const sent = await send('PATCH', begun.location, content, 'application/octet-stream')
  await send('PUT', `${sent.location}&digest=${digest}`)
  return { mediaType, digest, size: content.length }
}

async function send(method, url, body, type) {
  const headers = type ? { 'Content-Type': type } : {}
  const response = await fetch(url, { method, headers, body })
  assert.ok(response.ok, `${method} ${url}: ${response.status}`)
  return { location: response.headers.get('location') }
}

async function tagsOf(url) {
  return (await (await fetch(`${url}/v2/shop/tags/list`)).json()).tags
}

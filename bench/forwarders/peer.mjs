// One peer per process: `node peer.mjs NAME TARGET SCRATCH` prints `ready http://...`. Proxies are
// set up as their own documentation shows, with the options that favour them: a keep-alive agent
// (http-proxy opens a connection per request without one) and the case of response fields kept.

import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { undiciForwarder } from './peer-undici.mjs'

const [name, target, scratch] = process.argv.slice(2)
const require = createRequire(path.join(scratch, 'package.json'))
const load = (specifier) => import(pathToFileURL(require.resolve(specifier)).href)

// The documented handler writes a 500; after the head is out that would throw, so it cuts instead.
function failed(res) {
  if (res.headersSent) res.destroy()
  else res.writeHead(500, { 'Content-Type': 'text/plain' }).end('proxy error')
}

async function eventProxy(specifier) {
  const { default: imported, ...exports } = await load(specifier)
  const { createProxyServer } = { ...imported, ...exports }
  const agent = new http.Agent({ keepAlive: true })
  const proxy = createProxyServer({ target, agent, preserveHeaderKeyCase: true })
  proxy.on('error', (_error, _req, res) => failed(res))
  const server = http.createServer((req, res) => proxy.web(req, res))
  return server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head))
}

async function promiseProxy() {
  const { createProxyServer } = await load('httpxy')
  const proxy = createProxyServer({ preserveHeaderKeyCase: true })
  const server = http.createServer((req, res) => {
    proxy.web(req, res, { target }).catch(() => failed(res))
  })
  return server.on('upgrade', (req, socket, head) => {
    proxy.ws(req, socket, { target }, head).catch(() => socket.destroy())
  })
}

async function undici(body) {
  const { Pool } = await load('undici')
  // The numbers of undici's own example proxy.
  return undiciForwarder(new Pool(target, { connections: 256, pipelining: 1 }), body)
}

const peers = {
  'http-proxy': () => eventProxy('http-proxy'),
  'http-proxy-3': () => eventProxy('http-proxy-3'),
  httpxy: promiseProxy,
  undici: () => undici('streamed'),
  'undici-gathered': () => undici('gathered'),
  own: async () => (await import('./peer-own.mjs')).ownForwarder(target),
}

const server = await peers[name]()
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})

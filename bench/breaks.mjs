// Whether anything is left of exchanges that break off: so many of each kind, before a proxy in
// `commit` mode, and then what the process holds. Its upstream and its clients are here.

import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { recording } from './subjects.mjs'
import { table } from './table.mjs'
import { memory } from './usage.mjs'

const AT_ONCE = 20
const REQUEST = 'POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi'
const UPLOAD = REQUEST.replace('Length: 2', 'Length: 90000')
const PART = 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\na part'

/** What the upstream does with a request, and when the client leaves: on an answer, or at once. */
const KINDS = [
  { name: 'ends well', upstream: 'answers', client: 'stays' },
  { name: 'upstream cuts its answer', upstream: 'cuts', client: 'stays' },
  { name: 'client leaves while it waits', upstream: 'hangs', client: 'leaves when heard' },
  { name: 'client leaves while it downloads', upstream: 'begins', client: 'leaves at bytes' },
  { name: 'client leaves while it uploads', upstream: 'hangs', client: 'leaves in its body' },
]

export async function breaks(surroundings, count) {
  const upstream = await startUpstream()
  const origin = { address: `http://127.0.0.1:${upstream.port}` }
  const proxy = await recording('commit', { ...surroundings, origin }).start()
  const port = Number(new URL(proxy.address).port)
  const holds = () => [
    readdirSync(`/proc/${proxy.pid}/fd`).length,
    upstream.open(),
    memory(proxy.pid, 'VmRSS').toFixed(0),
  ]
  try {
    const rows = [['before', 0, ...holds()]]
    for (const kind of KINDS) {
      upstream.become(kind.upstream)
      for (let done = 0; done < count; done += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => exchange(port, kind, upstream)))
      }
      // What was cut off is settled a moment after its connection closed.
      await pause(1_000)
      rows.push([kind.name, count, ...holds()])
      process.stderr.write(`${rows.at(-1).join(' ')}\n`)
    }
    return table(['exchanges', 'count', 'descriptors', 'upstream connections', 'resident MB'], rows)
  } finally {
    await proxy.stop()
    upstream.stop()
  }
}

async function exchange(port, { client }, upstream) {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.on('close', resolve))
  const leave = () => socket.destroy()
  const isHeard = client === 'leaves when heard' || client === 'leaves in its body'
  if (isHeard) void upstream.next().then(leave)
  socket.on('data', client === 'leaves at bytes' ? leave : () => {})
  socket.write(client === 'leaves in its body' ? UPLOAD : REQUEST)
  await closed
}

async function startUpstream() {
  const sockets = new Set()
  const waiting = []
  let does = 'answers'
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', () => {
      waiting.shift()?.()
      if (does === 'answers') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      else if (does === 'cuts') socket.end(PART)
      else if (does === 'begins') socket.write(PART)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    open: () => sockets.size,
    become: (next) => (does = next),
    next: () => new Promise((resolve) => waiting.push(resolve)),
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

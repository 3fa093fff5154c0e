// Wire cases about what is in a head, and about the heads that come before or between.

import { setTimeout as pause } from 'node:timers/promises'
import { ask, fails, verdict } from './asking.mjs'
import { RawClient, valuesOf } from './wire.mjs'

// A proxy may speak for its own hop and name itself; neither counts as a change.
const OWN = /^(connection|keep-alive|transfer-encoding|via|forwarded|x-forwarded-.*)$/i

const foreign = (message) => message.fields.filter(([name]) => !OWN.test(name))

const ANSWERED = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n'

async function hopByHop({ origin, address }) {
  const hop = 'Connection: keep-alive, X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=99\r\n'
  const more =
    'Proxy-Connection: keep-alive\r\nTE: trailers\r\nConnection: x-second\r\nX-Second: 1\r\n'
  origin.onRequest = (_request, line) => line.send(`${ANSWERED}${hop}${more}\r\nok`)
  const { final } = await ask(address, `GET /hop HTTP/1.1\r\nHost: a\r\n${hop}${more}\r\n`)
  const passed = { up: 0, down: 0 }
  for (const [way, message] of Object.entries({ up: origin.requests[0], down: final })) {
    if (message === undefined) return fails(`nothing came ${way}`)
    for (const name of ['x-inner', 'x-second', 'proxy-connection', 'te', 'keep-alive']) {
      // Node says `Keep-Alive: timeout=5` of its own connection.
      const values = valuesOf(message, name).filter((value) => !/^timeout=(?!99)/.test(value))
      if (values.length > 0) passed[way] += 1
    }
  }
  const saw = `of 5 passed ${passed.up} up, ${passed.down} down`
  return verdict(passed.up + passed.down === 0, saw)
}

async function earlyHints({ origin, address }) {
  const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'
  origin.onRequest = (_request, line) => {
    line.send(hint)
    setTimeout(() => line.send(`${ANSWERED}\r\nok`), 100)
  }
  const { answers } = await ask(address, 'GET /hints HTTP/1.1\r\nHost: a\r\n\r\n')
  const first = answers[0]
  return verdict(first?.status === 103 && valuesOf(first, 'link').length === 1, 'not passed')
}

async function absoluteForm({ origin, address }) {
  const head = 'GET http://named.test:81/a%2Fb?q=1 HTTP/1.1\r\nHost: other.test\r\n\r\n'
  const { final } = await ask(address, head)
  const [request] = origin.requests
  if (request === undefined) return fails(`refused with ${final?.status}`)
  const target = request.start.split(' ')[1]
  const host = valuesOf(request, 'host').join()
  if (target.startsWith('http://named.test:81/a%2Fb?q=1')) return verdict(true, '')
  if (target !== '/a%2Fb?q=1') return fails(`target ${target}`)
  return verdict(host === 'named.test:81', `Host left as ${host.replace(/\d{4,}/, 'PORT')}`)
}

async function rawFields({ origin, address }) {
  const fields =
    'X-Zulu: 1\r\nx-alpha: 2\r\nX-MiXeD: 3\r\nX-Dup: a\r\nCookie: a=1\r\nX-Dup: b\r\nAccept: x\r\n'
  const back = `${fields.replace('Cookie', 'Set-Cookie')}Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n`
  origin.onRequest = (_request, line) =>
    line.send(`HTTP/1.1 200 Very Well\r\n${back}Content-Length: 2\r\nSet-Cookie: b=2\r\n\r\nok`)
  const { final } = await ask(
    address,
    `GET /raw HTTP/1.1\r\nHost: a\r\n${fields}cookie: b=2\r\n\r\n`,
  )
  if (origin.requests[0] === undefined || final === undefined) return fails('nothing arrived')
  const lost = [
    ...changes(`Host: a\r\n${fields}cookie: b=2\r\n`, origin.requests[0], 'up'),
    ...changes(`${back}Content-Length: 2\r\nSet-Cookie: b=2\r\n`, final, 'down'),
  ]
  if (!final.start.endsWith('Very Well')) lost.push('reason down')
  return verdict(lost.length === 0, lost.join(', '))
}

function changes(sent, message, way) {
  const before = sent.split('\r\n').slice(0, -1)
  const after = foreign(message).map(([name, value]) => `${name}: ${value}`)
  if (before.join() === after.join()) return []
  const names = (lines) => lines.map((line) => line.slice(0, line.indexOf(':')))
  const lower = (lines) => names(lines).map((name) => name.toLowerCase())
  const found = []
  if (before.length !== after.length) found.push(`duplicates ${way}`)
  if (names(before).some((name) => !names(after).includes(name))) found.push(`case ${way}`)
  const order = (lines) => [...new Set(lower(lines))].join()
  if (order(before) !== order(after)) found.push(`order ${way}`)
  return found.length > 0 ? found : [`values or places ${way}`]
}

async function latin1({ origin, address }) {
  const line = 'X-Name: J\xfcrgen \xe9\xa0\xc3'
  origin.onRequest = async (_request, to) => {
    to.send(`${ANSWERED}${line}\r\n\r\n`)
    await pause(100)
    to.send('ok')
  }
  const head = `GET /name HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`
  const { final } = await ask(address, head)
  const lost = []
  if (!origin.text.includes('J\xfcrgen \xe9\xa0\xc3')) lost.push('up')
  // A head with Expect leaves node:http by another way than the rest.
  const expecting = `Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi`
  await ask(address, `POST /expect HTTP/1.1\r\nHost: a\r\n${line}\r\n${expecting}`)
  const second = origin.text.slice(origin.text.indexOf('/expect'))
  if (origin.requests.length > 1 && !second.includes('J\xfcrgen \xe9\xa0\xc3'))
    lost.push('up with Expect')
  if (final === undefined || !valuesOf(final, 'x-name').includes('J\xfcrgen \xe9\xa0\xc3'))
    lost.push('down')
  return verdict(lost.length === 0, `changed ${lost.join(', ')}`)
}

async function expectContinue({ origin, address }) {
  const head = 'POST /wait HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'
  const found = []
  let asked = false
  origin.onHead = async (message, line) => {
    asked = valuesOf(message, 'expect').length > 0
    if (message.start.includes('/no')) line.send('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n')
    else {
      await pause(300)
      line.told = true
      line.send('HTTP/1.1 100 Continue\r\n\r\n')
    }
  }
  const client = new RawClient(address)
  client.send(head)
  await client.until(() => client.text !== '' || client.closed, 1000)
  const told = origin.connections[0]?.told === true
  if (client.answers('POST')[0]?.status !== 100)
    found.push(`got ${client.answers('POST')[0]?.status ?? 'nothing'}`)
  else if (!told) found.push('100 by the proxy itself')
  client.send('hi')
  await client.until(() => client.closed || client.final('POST') !== undefined, 1000)
  if (client.final('POST')?.status !== 200)
    found.push(`ended in ${client.final('POST')?.status ?? 'nothing'}`)
  client.leave()
  if (!asked) found.push('upstream not asked')
  const refused = await ask(address, head.replace('/wait', '/no'))
  if (refused.answers[0]?.status !== 403) found.push('refusal came too late')
  return verdict(found.length === 0, found.join(', '))
}

async function twoHosts({ origin, address }) {
  const { final } = await ask(address, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')
  if (origin.requests.length > 0) return fails('forwarded')
  return verdict(final?.status === 400, `answered ${final?.status}`)
}

async function rawTarget({ origin, address }) {
  const target = '/a%2Fb//c/../d;x?y=[1]&&z=%zz'
  await ask(address, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
  const seen = origin.requests[0]?.start.split(' ')[1]
  return verdict(seen === target, `became ${seen}`)
}

async function headBeforeBody({ origin, address }) {
  origin.onRequest = (_request, line) =>
    line.send(`${ANSWERED}Content-Type: text/event-stream\r\n\r\n`)
  const client = new RawClient(address)
  client.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n')
  const late = []
  if (!(await client.until(() => client.final('GET') !== undefined, 500))) late.push('answer')
  client.leave()
  let arrived = false
  origin.onHead = ({ start }) => (arrived ||= start.includes('/upload'))
  const sender = new RawClient(address)
  sender.send('POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n')
  await pause(300)
  if (!arrived) late.push('request')
  sender.leave()
  return verdict(late.length === 0, `waits for the body: ${late.join(', ')}`)
}

async function upgraded({ origin, address }) {
  origin.onRequest = (request, line) => {
    const asked = valuesOf(request, 'upgrade').length > 0
    const switched =
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
    line.send(asked ? `${switched}\r\nfrom up` : `${ANSWERED}\r\nok`)
  }
  const client = new RawClient(address)
  client.send('GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const open = await client.until(() => client.text.endsWith('from up') || client.closed, 1000)
  if (!open || client.closed) return fails('not passed')
  client.send('from down')
  const [line] = origin.connections
  const both = await line.until(() => line.text.endsWith('from down'), 1000)
  client.leave()
  return verdict(both, 'one way only')
}

/** The fields of an answer without a body speak of the body it would have had. */
async function lengthWithoutBody({ origin, address }) {
  const lost = []
  for (const [method, status] of [
    ['HEAD', '200 OK'],
    ['GET', '304 Not Modified'],
  ]) {
    origin.onRequest = (_request, line) =>
      line.send(`HTTP/1.1 ${status}\r\nContent-Length: 5\r\n\r\n`)
    const { final } = await ask(address, `${method} /bare HTTP/1.1\r\nHost: a\r\n\r\n`)
    if (final === undefined || valuesOf(final, 'content-length').join() !== '5') lost.push(status)
  }
  return verdict(lost.length === 0, `lost: ${lost.join(', ')}`)
}

export const fieldCases = [
  ['d', 'hop-by-hop and Connection-named fields stop, both ways', hopByHop],
  ['e', '103 Early Hints passed on', earlyHints],
  ['f', 'absolute-form target understood', absoluteForm],
  ['g', 'order, case, duplicates kept, both ways', rawFields],
  ['h', 'latin-1 bytes kept, both ways', latin1],
  ['j', '`Expect: 100-continue` end to end', expectContinue],
  ['k', 'two Host lines refused', twoHosts],
  ['m', 'raw target kept', rawTarget],
  ['p', 'Upgrade (WebSocket) passed', upgraded],
  ['q', 'HEAD and 304 keep their Content-Length', lengthWithoutBody],
  ['o', 'heads passed before their bodies, both ways', headBeforeBody],
]

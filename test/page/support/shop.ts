import { gzipSync } from 'node:zlib'
import type { Said } from '../../replayer/recording.ts'

// An hour of a shop: what its clients changed, and what became of it. The same every time.

const USERS = ['ada', 'grace', 'edsger', 'barbara', null]
const AGENTS = ['shop-web/4.2', 'shop-ios/9.1', 'curl/8.5.0', 'python-requests/2.32']

/** Numbers that look like chance. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

export function shopHour(count: number): Said[] {
  const roll = dice(7)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)]!
  return Array.from({ length: count }, (_, i) => {
    // Quiet, then a rush with a failure in it, then quiet.
    const place = i / count
    const arrived = 3600 * (place + 0.045 * Math.sin(place * 6.28 * 2) + 0.01 * roll())
    const isBad = place > 0.93 && place < 0.99 && roll() < 0.45
    const user = pick(USERS)
    const sender = { user, address: `10.0.${i % 4}.${10 + (i % 23)}`, agent: pick(AGENTS) }
    const asked = pick(ASKED)(1000 + i, roll)
    const status = isBad ? pick([500, 503, 502]) : asked.status
    const said: Said = {
      ...{ method: asked.method, target: asked.target, arrived, sender, status },
      answered: arrived + 0.004 + roll() * (isBad ? 2.4 : 0.12),
      verdict: status >= 500 ? 'failed' : status >= 400 ? 'context' : 'applied',
      fields: [
        ...['Host', 'shop.example', 'User-Agent', sender.agent, 'Accept', 'application/json'],
        ...['Authorization', 'Bearer s3cr3t', 'Content-Type', 'application/json'],
        ...['Idempotency-Key', `k-${i.toString(16).padStart(6, '0')}`],
        ...['Content-Length', String(Buffer.byteLength(asked.body))],
      ],
      body: asked.body,
      answerFields: ['Content-Type', 'application/json; charset=utf-8', 'ETag', `"${i}-1"`],
      answerBody: isBad ? '{"error":"upstream unavailable","retry":true}' : asked.answer,
    }
    if (roll() > 0.012) return said
    return { ...said, status: null, answered: null, verdict: 'in_doubt' }
  })
}

type Asked = (
  id: number,
  roll: () => number,
) => {
  method: string
  target: string
  status: number
  body: string
  answer: string
}

const ASKED: readonly Asked[] = [
  (id, roll) => {
    const items = [
      { sku: 'TEA-100', quantity: 1 + Math.floor(roll() * 4), price: 7.9 },
      { sku: 'MUG-7', quantity: 1, price: 12.5 },
    ]
    const order = { customer: `c-${id % 40}`, items, note: id % 3 === 0 ? 'Grüße aus Köln' : null }
    const answer = {
      id,
      state: 'created',
      total: 28.3,
      ...order,
      links: { self: `/api/orders/${id}` },
    }
    return {
      ...{ method: 'POST', target: '/api/orders', status: 201 },
      ...{ body: JSON.stringify(order), answer: JSON.stringify(answer) },
    }
  },
  (id) => ({
    ...{ method: 'PUT', target: `/api/orders/${id - 3}/address`, status: 200 },
    body: JSON.stringify({ street: 'Domkloster 4', city: 'Köln', zip: '50667' }),
    answer: JSON.stringify({ id: id - 3, state: 'created', version: 2 }),
  }),
  (id) => ({
    ...{ method: 'PATCH', target: `/api/carts/${id % 60}?recount=true`, status: 200 },
    body: JSON.stringify({ op: 'add', sku: 'TEA-100', quantity: 2 }),
    answer: JSON.stringify({ cart: id % 60, lines: 3, total: 41.2 }),
  }),
  (id) => ({
    ...{ method: 'DELETE', target: `/api/carts/${id % 60}/lines/${id % 5}`, status: 204 },
    ...{ body: '', answer: '' },
  }),
  (id) => ({
    ...{
      method: 'POST',
      target: `/api/orders/${id - 1}/payments`,
      status: id % 11 === 0 ? 409 : 202,
    },
    body: JSON.stringify({ method: 'card', amount: 28.3, currency: 'EUR' }),
    answer: JSON.stringify({ payment: `p_${id}`, state: 'pending' }),
  }),
]

/** One entry of each kind of body that the page knows how to show. */
export const BODIES: readonly Said[] = [
  {
    target: '/api/sessions',
    fields: [
      'Host',
      'shop.example',
      'Content-Type',
      'application/x-www-form-urlencoded',
      'Cookie',
      'sid=s3cr3t',
    ],
    body: 'user=ada&remember=on&next=%2Fcart%3Fa%3D1',
    answerFields: [
      'Content-Type',
      'application/json',
      'Content-Encoding',
      'gzip',
      'Set-Cookie',
      'sid=s3cr3t',
    ],
    answerBody: gzipSync('{"user":"ada","balance":12345678901234567890}'),
  },
  {
    target: '/api/pictures',
    fields: ['Host', 'shop.example', 'Content-Type', 'multipart/form-data; boundary=cut'],
    body: Buffer.concat([
      Buffer.from(
        '--cut\r\nContent-Disposition: form-data; name="title"\r\n\r\nA größe\r\n--cut\r\n',
      ),
      Buffer.from(
        'Content-Disposition: form-data; name="file"; filename="dot.png"\r\nContent-Type: image/png\r\n\r\n',
      ),
      dot(),
      Buffer.from('\r\n--cut--\r\n'),
    ]),
    answerFields: ['Content-Type', 'image/png'],
    answerBody: dot(),
  },
  {
    target: '/api/pages',
    fields: ['Host', 'shop.example', 'Content-Type', 'text/html; charset=iso-8859-1'],
    body: Buffer.from('<h1>Gr\xf6\xdfe</h1><script>document.title = "run"</script>', 'latin1'),
    answerFields: ['Content-Type', 'image/svg+xml'],
    answerBody: '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'run\'"/>',
  },
  {
    target: '/api/uploads',
    fields: ['Host', 'shop.example', 'Content-Type', 'application/octet-stream'],
    body: Buffer.from([0, 1, 2, 0xfe, 0xff, ...Buffer.from('abc')]),
    answerFields: ['Content-Type', 'text/csv', 'Content-Encoding', 'zstd'],
    answerBody: 'not to be decoded',
  },
]

/** A red pixel. */
function dot(): Buffer {
  return Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  )
}

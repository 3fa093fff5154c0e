// What 64 clients would have recorded of a small backend, the same for each seed: every one of them
// sends its next request soon after the last is answered, so that 64 exchanges overlap all the time.
//
//   POST /things          makes a thing; the backend makes up its id, which later requests use
//   PUT /things/ID        counts it up; may name another thing, of this client or another one's
//   POST /notes           a note on a thing, by its id; its own number nobody uses
//
// A count says which change of a thing a request is: the origin can tell whether they came in order.

export const CLIENTS = 64

/** `wait` and `think` are in microseconds, each up to twice as long by chance. */
const WAIT = 2_000
const THINK = 200
/** Requests to one thing, the one that makes it with them. */
const EACH = 4

/**
 * Yields `{ number, arrivedAt, answeredAt, method, target, body, status, location, answer }`, in
 * the order in which they were answered; moments are microseconds after the start. Memory does not
 * grow with `count`.
 */
export function* recording(count, seed) {
  const random = randomFrom(seed)
  const clients = Array.from({ length: CLIENTS }, () => ({
    free: Math.round(random() * WAIT),
    thing: null,
    left: 0,
  }))
  let waiting = []
  let things = 0
  let notes = 0
  for (let number = 1; number <= count; number += 1) {
    const client = clients.reduce((first, one) => (one.free < first.free ? one : first))
    const arrivedAt = client.free
    const answeredAt = arrivedAt + Math.round(WAIT * (0.5 + random()))
    client.free = answeredAt + Math.round(THINK * (0.5 + random()))
    const times = { number, arrivedAt, answeredAt }
    if (client.left === 0) {
      const thing = { id: uuid(random), name: `thing-${(things += 1)}`, count: 0, at: answeredAt }
      client.thing = thing
      client.left = EACH - 1
      waiting.push({ ...times, ...making(thing) })
    } else {
      client.left -= 1
      const other = clients[Math.floor(random() * CLIENTS)].thing
      // Whoever names a thing has been told of it.
      const parent = other !== null && other.at < arrivedAt ? other : null
      const said =
        client.left === 0 ? noting(client.thing, (notes += 1)) : changing(client.thing, parent)
      waiting.push({ ...times, ...said })
    }
    if (number % 1_000 !== 0) continue
    const known = clients.reduce((least, { free }) => Math.min(least, free), Infinity)
    waiting.sort((a, b) => a.answeredAt - b.answeredAt)
    const over = waiting.findIndex((one) => one.answeredAt > known)
    yield* waiting.splice(0, over === -1 ? waiting.length : over)
  }
  yield* waiting.sort((a, b) => a.answeredAt - b.answeredAt)
}

function making({ id, name }) {
  return {
    ...{ method: 'POST', target: '/things', status: 201, location: `/things/${id}` },
    body: JSON.stringify({ name, size: name.length, tags: ['new', 'restored'], open: true }),
    answer: JSON.stringify({ id, name, count: 0 }),
  }
}

function changing(thing, parent) {
  const { id, name } = thing
  const count = (thing.count += 1)
  return {
    ...{ method: 'PUT', target: `/things/${id}`, status: 200, location: null },
    body: JSON.stringify({
      ...{ name, count, note: 'changed by its client' },
      parent: parent && { id: parent.id, name: parent.name },
    }),
    answer: JSON.stringify({ id, name, count }),
  }
}

function noting({ id, name }, number) {
  return {
    ...{ method: 'POST', target: '/notes', status: 201, location: null },
    body: JSON.stringify({ thing: id, name, text: 'a remark of some length on what was changed' }),
    answer: JSON.stringify({ id: number, thing: id }),
  }
}

/** Request fields as a client of Node would send them to the host. */
export const fieldsOf = ({ body }, host) => [
  ...['host', host, 'connection', 'keep-alive', 'accept', 'application/json'],
  ...['user-agent', 'restore-client/1.0', 'content-type', 'application/json'],
  ...['content-length', String(body.length)],
]

const hex = (random, digits) => {
  let text = ''
  while (text.length < digits) text += Math.floor(random() * 16).toString(16)
  return text
}

const uuid = (random) =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`

/** From 0 to below 1 (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

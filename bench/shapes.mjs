// What is asked for: the same work for every subject. Each request bears a serial number of its own,
// in its body or its query, because recorders that keep one of two equal requests would have an
// easy time.

/** Bytes of a body and of its answer; `mutates` says whether recorders of mutations keep it. */
export const shapes = {
  'small-post': {
    title: 'POST of 130 bytes',
    method: 'POST',
    target: '/v1/devices/42/commands',
    bodySize: 130,
    answerSize: 40,
    status: 201,
    mutates: true,
  },
  'large-post': {
    title: 'POST of 64 KB',
    method: 'POST',
    target: '/v1/devices/42/commands',
    bodySize: 65_536,
    answerSize: 40,
    status: 201,
    mutates: true,
  },
  get: {
    title: 'GET with an answer of 100 KB',
    method: 'GET',
    target: '/v1/devices?serial=',
    bodySize: 0,
    answerSize: 102_400,
    status: 200,
    mutates: false,
  },
  upload: {
    title: 'upload',
    method: 'POST',
    target: '/v1/files',
    answerSize: 40,
    status: 201,
    mutates: true,
  },
}

const SERIAL_DIGITS = 16
const BODY_HEAD = '{"serial":"'

/** JSON of exactly so many bytes. */
export const filled = (head, length) => `${head}${'x'.repeat(length - head.length - 2)}"}`

/** The bytes of a request, and where in them its serial number is. */
export function requestOf({ method, target, bodySize }, host) {
  const blank = '0'.repeat(SERIAL_DIGITS)
  const fields = `Host: ${host}\r\nUser-Agent: load\r\nAccept: */*\r\n`
  if (bodySize === 0) {
    const start = `${method} ${target}`
    const bytes = Buffer.from(`${start}${blank} HTTP/1.1\r\n${fields}\r\n`, 'latin1')
    return { bytes, serialAt: start.length }
  }
  const head =
    `${method} ${target} HTTP/1.1\r\n${fields}` +
    `Content-Type: application/json\r\nContent-Length: ${bodySize}\r\n\r\n`
  const body = filled(`${BODY_HEAD}${blank}","value":"`, bodySize)
  return { bytes: Buffer.from(head + body, 'latin1'), serialAt: head.length + BODY_HEAD.length }
}

/** Of the n-th request of the whole run's `load`-th load. */
export const serialOf = (load, n) => String(load * 1e9 + n).padStart(SERIAL_DIGITS, '0')

import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { openLog } from '../../../../telemetry/log.ts'
import { nameRequest, noteAccess } from '../../../../replayer/service/request-log.ts'
import { OpenAPIHono } from '@hono/zod-openapi'

// Nobody writes lines of the log but the service, and nobody's terminal does what a client wrote.

const FORGED = '2026-01-01T00:00:00.000Z serve: forged'

function logged(format: 'text' | 'json', message: string, stack?: string): string {
  let text = ''
  const say = openLog({
    ...{ format, level: 'info', speaker: { component: 'serve' } },
    to: { write: (piece) => (text += piece) },
  })
  say(message, 'warn', stack === undefined ? {} : { stack })
  return text
}

test.each(['\n', '\r\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])(
  'a message with the break %j begins no line of its own',
  (separator) => {
    const text = logged('text', `nothing at /x${separator}${FORGED}`)
    const json = logged('json', `nothing at /x${separator}${FORGED}`)
    const lines = text.split(/[\n\r\v\f\u0085\u2028\u2029]/)
    expect(lines.filter((line) => line.startsWith('2026-01-01'))).toEqual([])
    expect(json.trimEnd().split(/[\n\r]/)).toHaveLength(1)
  },
)

test('of a terminal nothing is asked: controls are told by their numbers', () => {
  const text = logged('text', 'a\x1b[2J\x07\x9b31mb\x00\x7f\tc')
  expect(text).toMatch(/serve: a\\u001b\[2J\\u0007\\u009b31mb\\u0000\\u007f\tc\n$/)
})

test('a message of several lines stays readable', () => {
  expect(logged('text', 'one\n  two')).toMatch(/serve: one\n {2,}two\n$/)
})

test('a stack stays one', () => {
  expect(logged('text', 'failed', 'Error: x\n    at a\n    at b')).toMatch(
    /failed\n {4}Error: x\n {8}at a\n {8}at b\n$/,
  )
})

test('the access log tells an address as it was asked for, escaped', async () => {
  let text = ''
  const to = new Writable({
    write(piece: Buffer, _, done) {
      text += piece.toString()
      done()
    },
  })
  const say = openLog({ format: 'text', level: 'info', to, speaker: { component: 'serve' } })
  const api = new OpenAPIHono()
  api.use(nameRequest)
  api.use(noteAccess(say, 'whole'))
  const incoming = { socket: { remoteAddress: '127.0.0.1' } }
  const url = `http://localhost/a%0a${encodeURIComponent(FORGED)}?b=%0d%0a${encodeURIComponent(FORGED)}`
  await api.request(url, { headers: { 'X-Request-Id': 'x' } }, { incoming })
  expect(text.split('\n').filter((line) => line !== '')).toHaveLength(1)
  expect(text).toContain('/a%0a2026')
})

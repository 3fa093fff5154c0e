import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readMitmproxy } from '../../replayer/formats/mitmproxy-in.ts'
import { all, inPieces } from './exported.ts'

// Files in fixtures/ were written by mitmproxy itself: see fixtures/README.md.

const FIXTURES = ['mitmproxy-8.flows']

describe.each(FIXTURES)('%s', (name) => {
  const file = readFileSync(join(import.meta.dirname, 'fixtures', name))

  test.each([7, 100_000])('is read, in pieces of %d bytes', async (size) => {
    const items = await all(readMitmproxy(inPieces(file, size)))
    expect(items).toMatchObject([
      {
        exchange: {
          ...{
            place: 'flow 1 (byte 0)',
            client: '127.0.0.1',
            method: 'POST',
            target: '/things?kind=a%20b',
          },
          ...{ httpVersion: '1.1', changed: [], sent: 'something' },
          body: { bytes: Buffer.from('{"name":"Zoë"}'), capture: 'complete' },
          answer: { status: 201, reason: 'Created', body: { bytes: Buffer.from('{"id":"t-1"}') } },
        },
      },
      {
        exchange: {
          method: 'PUT',
          body: { bytes: Buffer.from([0, 255, 1, 254]) },
          answer: { status: 204 },
        },
      },
      { exchange: { method: 'GET', answer: { status: 200 } } },
      { exchange: { method: 'POST', target: '/hangup', answer: null } },
    ])
    for (const item of items) {
      if (item.kind !== 'exchange') continue
      const { fields, arrivedAt, answer, origin } = item.exchange
      expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(fields.slice(0, 2)).toEqual(['Host', origin!.slice('http://'.length)])
      expect(new Date(arrivedAt / 1000).getUTCFullYear()).toBeGreaterThan(2024)
      expect(answer?.answeredAt ?? arrivedAt).toBeGreaterThanOrEqual(arrivedAt)
    }
  })

  test('a file that is cut is refused with its place', async () => {
    await expect(all(readMitmproxy(inPieces(file.subarray(0, -9), 500)))).rejects.toMatchObject({
      code: 'file_invalid',
      message: expect.stringMatching(/^byte \d+: .*ends within a flow/),
    })
  })
})

test.each([
  ['{"log":1}', 'no length where one was expected'],
  ['12:5:hello,1:1#]', 'expected a flow'],
  ['14:7:version;1:5#}', 'mitmproxy 5 or older'],
  ['3:abc?', 'a kind of value that is none'],
  ['9:9:a,}', 'the file ends within a flow'],
  ['6:9:abc,}', 'an end too early'],
])('what mitmproxy did not write is refused: %s', async (file, message) => {
  await expect(all(readMitmproxy(inPieces(file, 4)))).rejects.toMatchObject({
    code: 'file_invalid',
    message: expect.stringContaining(message),
  })
})

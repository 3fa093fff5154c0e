import { expect, test } from 'vitest'
import { readGor } from '../../replayer/formats/gor-in.ts'
import { all, inPieces } from './exported.ts'

const SEPARATOR = '\n🐵🙈🙉\n'
const AT = 1_768_478_400_000_000_000n

function payload(kind: 1 | 2 | 3, id: string, time: bigint, message: string): string {
  return `${kind} ${id} ${time} 0\n${message.replaceAll('\n', '\r\n')}${SEPARATOR}`
}

const POST = 'POST /things HTTP/1.1\nHost: a.example:80\nContent-Length: 3\n\nabc'
const CREATED = 'HTTP/1.1 201 Created\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n'

test('requests and answers are put together by their ids, whatever stands between', async () => {
  const file = [
    payload(1, 'aaaa1111', AT, POST),
    payload(1, 'bbbb2222', AT + 5_000n, 'GET / HTTP/1.1\nHost: a.example:80\n\n'),
    payload(2, 'bbbb2222', AT + 9_000n, 'HTTP/1.1 200 OK\nContent-Length: 5\n\ncut'),
    payload(2, 'aaaa1111', AT + 20_000n, CREATED),
    payload(3, 'aaaa1111', AT + 30_000n, CREATED),
    payload(2, 'cccc3333', AT, CREATED),
    payload(1, 'dddd4444', AT, 'nonsense\n\n'),
    payload(1, 'eeee5555', AT, POST),
  ].join('')
  const items = await all(readGor(inPieces(file, 11)))
  const arrivedAt = Number(AT / 1000n)
  expect(items).toMatchObject([
    {
      exchange: {
        method: 'GET',
        answer: {
          status: 200,
          answeredAt: arrivedAt + 9,
          body: { bytes: Buffer.from('cut'), capture: 'aborted' },
        },
      },
    },
    {
      exchange: {
        ...{
          place: 'payload 1 (byte 0)',
          origin: 'http://a.example:80',
          arrivedAt,
          target: '/things',
        },
        fields: ['Host', 'a.example:80', 'Content-Length', '3'],
        body: { bytes: Buffer.from('abc'), capture: 'complete' },
        answer: {
          status: 201,
          reason: 'Created',
          answeredAt: arrivedAt + 20,
          body: { bytes: Buffer.from('hi') },
        },
      },
    },
    { kind: 'skipped', why: 'replayed' },
    { kind: 'skipped', why: 'answer_alone' },
    { kind: 'skipped', why: 'unreadable', place: expect.stringMatching(/^payload 7 /) },
    { exchange: { arrivedAt, answer: null, sent: 'something' } },
  ])
})

test('of older files the time of an answer is how long it took', async () => {
  const file = `1 aa11 ${AT}\n${POST.replaceAll('\n', '\r\n')}${SEPARATOR}2 aa11 7000\nHTTP/1.1 204 No Content\r\n\r\n`
  expect(await all(readGor(inPieces(file, 9999)))).toMatchObject([
    { exchange: { answer: { answeredAt: Number(AT / 1000n) + 7, status: 204 } } },
  ])
})

test('what is no file of GoReplay is said with its place', async () => {
  await expect(
    all(readGor(inPieces(`${payload(1, 'aa11', AT, POST)}what?\n`, 50))),
  ).rejects.toMatchObject({
    code: 'file_invalid',
    message: expect.stringMatching(
      /^payload 2 \(byte \d+\): expected a line such as .* got "what\?"$/,
    ),
  })
})

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { takeState } from '../../../replayer/state/take-state.ts'
import {
  parseProbeField,
  parseStateProbe,
  probeNamed,
  probeName,
} from '../../../replayer/state/state-probe.ts'
import { holdTimeouts } from '../../support/held-time.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { askingOf, probes, stateOrigin } from './stage.ts'

test.each([
  ['GET /api/state', { method: 'GET', target: '/api/state' }],
  ['/a?b=c,d', { method: 'GET', target: '/a?b=c,d' }],
  ['propfind  /dav/', { method: 'PROPFIND', target: '/dav/' }],
])('%s is a probe', (text, probe) => {
  expect(parseStateProbe(text)).toStrictEqual(probe)
  expect(probeNamed(probeName(probe))).toStrictEqual(probe)
})

test.each(['POST /a', 'api/state', 'GET', 'GET http://a/b', 'GET /a b', '/a#b', '/a\r\nX: y', ''])(
  '%j is none, and it is said what was expected',
  (text) => {
    expect(() => parseStateProbe(text)).toThrow("expected a read request such as 'GET /api/state'")
  },
)

test('a field of a probe is read without ever showing its value', () => {
  expect(parseProbeField('Accept: text/xml, */*')).toStrictEqual({
    name: 'Accept',
    value: 'text/xml, */*',
  })
  for (const wrong of ['secret', 'A B: secret', 'A: secret\n', 'Content-Length: 3', ': secret']) {
    expect(() => parseProbeField(wrong)).toThrow("expected a field such as 'Accept: text/xml'")
    expect(() => parseProbeField(wrong)).not.toThrow('secret')
  }
})

test('probes are asked in order, as what they are, and their answers are shots', async () => {
  const origin = await stateOrigin({ '/base/a': { n: 1 } })
  const before = Date.now() * 1000
  const asking = askingOf(`${origin.url}/base/`, {
    fields: [parseProbeField('Authorization: Bearer x'), parseProbeField('accept: a/b')],
  })
  const { shots, failed } = await takeState(probes('GET /a', 'OPTIONS /gone'), asking)
  expect(failed).toStrictEqual([])
  expect(shots[0]).toStrictEqual({
    ...{ stream: 's', probe: 'GET /a', target: `${origin.url}/base`, status: 200 },
    takenAt: expect.any(Number) as number,
    fields: ['Content-Length', '7', 'Content-Type', 'application/json'],
    ...{ body: Buffer.from('{"n":1}'), length: 7 },
    digest: createHash('sha256').update('{"n":1}').digest('hex'),
  })
  expect(shots[0]!.takenAt).toBeGreaterThanOrEqual(before)
  expect(shots[1]).toMatchObject({ probe: 'OPTIONS /gone', status: 404, length: 0 })
  const { host } = new URL(origin.url)
  expect(origin.requests.map(({ method, target }) => `${method} ${target}`)).toStrictEqual([
    ...['GET /base/a', 'OPTIONS /base/gone'],
  ])
  expect(origin.requests[0]!.fields.slice(0, 8)).toStrictEqual([
    ...['Host', host, 'Authorization', 'Bearer x', 'accept', 'a/b', 'Reprise-Replay', 'state'],
  ])
})

test.each(['301 Moved', '304 Not Modified', '401 Unauthorized', '429 Slow', '500 Oops'])(
  '%s tells nothing of the state',
  async (status) => {
    const origin = await startRawOrigin(() => plainAnswer('', status))
    const taken = await takeState(probes('/a'), askingOf(origin.url))
    const why = `answered ${status.slice(0, 3)}`
    expect(taken).toStrictEqual({ shots: [], failed: [{ probe: 'GET /a', why }] })
  },
)

test('nobody there, and nobody answering, is told; the others are asked all the same', async () => {
  const time = holdTimeouts(4_321)
  const origin = await startRawOrigin(({ target }) => {
    if (target === '/b') return plainAnswer()
    setImmediate(time.pass)
    return undefined
  })
  const { shots, failed } = await takeState(
    probes('/a', '/b'),
    askingOf(origin.url, { timeout: 4_321 }),
  )
  expect(shots.map(({ probe }) => probe)).toStrictEqual(['GET /b'])
  expect(failed).toStrictEqual([{ probe: 'GET /a', why: 'no answer: none in 4321 ms' }])
  const nowhere = await takeState(probes('/a'), askingOf('http://127.0.0.1:9'))
  expect(nowhere.failed[0]!.why).toMatch(/^no answer: .*ECONNREFUSED/)
})

test('an interruption ends it', async () => {
  const stop = new AbortController()
  const origin = await startRawOrigin(() => {
    stop.abort()
    return undefined
  })
  await expect(
    takeState(probes('/a', '/b'), askingOf(origin.url, { signal: stop.signal })),
  ).rejects.toThrow('abort')
  expect(origin.requests).toHaveLength(1)
})

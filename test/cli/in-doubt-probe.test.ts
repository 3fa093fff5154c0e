import { expect, test } from 'vitest'
import { createDatabase, query } from '../support/database.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { plainAnswer, type Answer } from '../support/raw-http.ts'
import { testSecrets } from '../support/secrets.ts'
import type { Said } from '../replayer/recording.ts'
import { doubtStage, doubted, json, THREE } from './in-doubt-stage.ts'
import { inject, injected } from './injected.ts'

const database = await createDatabase()
const stage = (said?: readonly Said[], answer?: Answer) => doubtStage(database, said, answer)

test('--probe asks the backend about each and settles what its answers tell: exit code 1', async () => {
  const said = [
    doubted('PUT', '/a/there'),
    doubted('PUT', '/a/gone'),
    doubted('DELETE', '/a/there'),
    doubted('DELETE', '/a/gone?really=1'),
    doubted('PUT', '/a/broken'),
    doubted('PUT', '/a/silent'),
  ]
  const { probing, origin, ids, now } = await stage(said, ({ target }, socket) => {
    if (target.includes('there')) return plainAnswer('here it is')
    if (target.includes('gone')) return plainAnswer('', '404 Not Found')
    if (target.includes('broken')) return plainAnswer('', '500 Oops')
    socket.destroy()
    return undefined
  })
  const { code, stdout, stderr } = await injected([...probing, '--probe', '{target}'])
  expect(code).toBe(1)
  expect(await now()).toStrictEqual([
    ['applied', 'applied', 'probe GET /a/there -> 200'],
    ['in_doubt', 'not_applied', 'probe GET /a/gone -> 404'],
    ['in_doubt', 'not_applied', 'probe GET /a/there -> 200'],
    ['applied', 'applied', 'probe GET /a/gone?really=1 -> 404'],
    ['in_doubt', null, null],
    ['in_doubt', null, null],
  ])
  expect(stdout).toMatch(/PUT +\/a\/broken +GET \/a\/broken +500 +in doubt +500 says nothing\n/)
  expect(stdout).toMatch(
    /PUT +\/a\/silent +GET \/a\/silent +- +in doubt +no answer: the connection ended\n/,
  )
  expect(stderr).toContain('4 settled, 2 left in doubt\n')
  expect(origin.requests.map(({ method }) => method)).toStrictEqual(Array(6).fill('GET'))
  expect(origin.requests[0]!.fields).toStrictEqual([
    ...['Host', 'backend.test:3000', 'Accept', '*/*', 'Reprise-Replay', `probe/${ids[0]}`],
    ...['Connection', 'keep-alive'],
  ])
})

test('a template takes values of the request, and the probe its credentials', async () => {
  const fields = ['Host', 'a', 'Authorization', 'Basic eA==', 'X-Shelf', 'top 1', 'Cookie', 'c=1']
  const said = [
    doubted('POST', '/things?of=me', { fields, body: '{"id": "a/b"}' }),
    doubted('POST', '/things?of=me', { fields, body: '{"id": ["no"]}' }),
    doubted('POST', '/things?of=me', { fields, body: '<id>' }),
    doubted('POST', '/things?of=me', { fields, body: '{"id', capture: 'aborted' }),
  ]
  const { probing, origin, now } = await stage(said)
  const { code, printed } = await json([
    ...probing.map((text) => (text === origin.url ? `${origin.url}/base/` : text)),
    ...['--probe', '/{header:x-shelf}/{json:/id}?of={query:of}'],
  ])
  expect(code).toBe(1)
  expect(printed).toMatchObject({ settled: 1, left: 3 })
  const probes = printed['probes'] as { probe: string | null; outcome: string; why: string }[]
  expect(probes.map(({ probe, outcome, why }) => [probe, outcome, why])).toStrictEqual([
    ['/base/top%201/a%2Fb?of=me', 'applied', 'it is there'],
    [null, 'in_doubt', '{json:/id}: the body has no text, truth value or (exact) number there'],
    [null, 'in_doubt', 'its body is no JSON'],
    [null, 'in_doubt', 'its body was recorded aborted'],
  ])
  expect(origin.requests).toHaveLength(1)
  expect(origin.requests[0]!.head).toContain('\r\nAuthorization: Basic eA==\r\nCookie: c=1\r\n')
  expect((await now())[0]).toStrictEqual([
    ...['applied', 'applied', 'probe GET /base/top%201/a%2Fb?of=me -> 200'],
  ])
})

test('with --probe-contains a 2xx counts only if its body has the text', async () => {
  const bodies = ['{"name": "n1"}', '{"name": "n2"}', '{"name": "n3"}', '{"name": "n4"}']
  const said = bodies.map((body, i) => doubted('PUT', `/t/${i}`, { body }))
  const { probing, now } = await stage(said, ({ target }) => {
    if (target === '/t/2') return plainAnswer(' '.repeat(2_000_000))
    if (target === '/t/3') return plainAnswer('x', '200 OK', 'Content-Encoding: gzip\r\n')
    return plainAnswer('[{"name":"n1"}]')
  })
  const contains = ['--probe-contains', '{"name":"{json:/name}"}']
  const { code, printed } = await json([...probing, '--probe', '{target}', ...contains])
  expect(code).toBe(1)
  expect((printed['probes'] as { outcome: string }[]).map(({ outcome }) => outcome)).toStrictEqual([
    ...['applied', 'not_applied', 'in_doubt', 'in_doubt'],
  ])
  expect((await now()).map(([, settled]) => settled)).toStrictEqual([
    ...['applied', 'not_applied', null, null],
  ])
})

test('all answered: exit code 0, and what is settled is not asked about again', async () => {
  const said = ['/1', '/2', '/3'].map((target) => doubted('PUT', target))
  const { probing, origin } = await stage(said)
  const argv = [...probing, '--probe', '{path}']
  expect(await json(argv)).toMatchObject({ code: 0, printed: { settled: 3, left: 0 } })
  expect(await json(argv)).toMatchObject({ code: 0, printed: { settled: 0, left: 0, probes: [] } })
  expect(origin.requests).toHaveLength(3)
})

test('that the target of a POST is there tells nothing, unless it must hold something', async () => {
  const { probing, origin } = await stage([doubted('POST', '/things', { body: 'ok' })])
  const asked = await json([...probing, '--probe', '{target}'])
  expect(asked).toMatchObject({ code: 1, printed: { settled: 0, left: 1 } })
  expect(origin.requests).toEqual([])
  const held = await json([...probing, '--probe', '{target}', '--probe-contains', 'ok'])
  expect(held).toMatchObject({ code: 0, printed: { settled: 1 } })
})

test('a backend that says nothing is not waited for longer than --timeout', async () => {
  const time = holdTimeouts(4_321)
  const { probing } = await stage([doubted('PUT', '/held')], () => void setImmediate(time.pass))
  const argv = [...probing, '--probe', '{target}', '--timeout', '4321ms']
  const { code, stdout } = await injected(argv)
  expect(code).toBe(1)
  expect(stdout).toContain('no answer: none in 4321 ms')
})

test('a damaged body is no source for a probe', async () => {
  const said = [doubted('PUT', '/t', { body: '{"id": 1}' })]
  const { probing, stream, origin } = await stage(said)
  await query(
    database,
    `update reprise.entry set request_body = '{"id": 2}' where stream = $1 and number = 1`,
    [stream],
  )
  const { code, stdout } = await injected([...probing, '--probe', '/t/{json:/id}'])
  expect(code).toBe(1)
  expect(stdout).toContain('its body is damaged')
  expect(origin.requests).toHaveLength(0)
})

test('what was settled while it was asked about stays as it was settled', async () => {
  const { probing, journal, stream, now } = await stage([doubted('PUT', '/t')], (_, socket) => {
    void journal
      .settle({ stream, verdicts: ['in_doubt'] }, 'not_applied', 'user')
      .then(() => socket.write(plainAnswer()))
    return undefined
  })
  const { code, printed } = await json([...probing, '--probe', '{target}'])
  expect({ code, printed }).toMatchObject({
    ...{ code: 0, printed: { settled: 1, left: 0 } },
  })
  expect(await now()).toStrictEqual([['in_doubt', 'not_applied', 'user']])
})

test('an interrupt ends it, and what was settled stays', async () => {
  const { probing, origin, now } = await stage(THREE, ({ target }) =>
    target === '/a/1' ? plainAnswer() : undefined,
  )
  const asked = inject([...probing, '--probe', '{target}'])
  await origin.request(1)
  asked.interrupt()
  expect(await asked.ended).toBe(130)
  expect((await now()).map(([verdict]) => verdict)).toStrictEqual([
    'applied',
    'in_doubt',
    'in_doubt',
  ])
})

test('a backend that nobody named is not asked', async () => {
  const { argv, origin } = await stage()
  const foreign = [...argv, '--base-url', 'http://192.0.2.1', '--probe', '{target}']
  const refused = await injected(foreign)
  expect(refused).toMatchObject({ code: 4, stdout: '' })
  expect(refused.stderr).toContain('[target_not_allowed]')
  expect(origin.requests).toHaveLength(0)
})

test('where --allow-target let it through, the Host is its own', async () => {
  const { argv, origin } = await stage([doubted('PUT', '/a')])
  // Not loopback by its name, but resolved to this machine.
  const host = `0.0.0.0:${origin.port}`
  const named = [...argv, '--base-url', `http://${host}`, '--allow-target', '0.0.0.0']
  expect(await json([...named, '--probe', '{target}'])).toMatchObject({ code: 0 })
  expect(origin.requests[0]!.fields.slice(0, 2)).toStrictEqual(['Host', host])
})

test('a secret is not put into a path', async () => {
  const { probing, origin } = await stage()
  expect(testSecrets.isSecret('cookie')).toBe(true)
  const { code, stderr } = await injected([...probing, '--probe', '/a/{header:Cookie}'])
  expect(code).toBe(2)
  expect(stderr).toContain('--probe: expected no secret in it, got {header:Cookie}')
  expect(origin.requests).toHaveLength(0)
})

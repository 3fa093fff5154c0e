import { expect, onTestFinished, test, vi } from 'vitest'
import { Failures } from '../../../../replayer/service/door/failures.ts'
import { hashOf, newToken, ownerOf, parseToken } from '../../../../replayer/service/door/tokens.ts'
import { createDatabase } from '../../../support/database.ts'
import { useService } from '../client.ts'
import { people } from './people.ts'

const database = await createDatabase()

test.each(['Bearer nothing', 'Bearer', 'Bearer a b', 'Basic b25lOnR3bw==', 'nothing', ''])(
  'what is no token of ours is refused: %j',
  async (authorization) => {
    const { get } = await useService(database, {}, people())
    const { status, headers, body } = await get('/api/streams', { Authorization: authorization })
    expect({ status, code: body.code }).toStrictEqual({ status: 401, code: 'credentials_wrong' })
    expect(headers.get('www-authenticate')).toBe('Bearer realm="reprise", error="invalid_token"')
  },
)

test('a token is taken whatever the case of the scheme, and nowhere but in its field', async () => {
  const { tokens, secretOf } = people()
  const { get } = await useService(database, {}, { tokens })
  const secret = secretOf.read
  expect((await get('/api/streams', { Authorization: `bearer ${secret}` })).status).toBe(200)
  expect((await get(`/api/streams?access_token=${secret}`)).status).toBe(401)
  expect((await get('/api/streams', { Cookie: `token=${secret}` })).status).toBe(401)
  const hash = hashOf(secret).toString('hex')
  expect((await get('/api/streams', { Authorization: `Bearer ${hash}` })).status).toBe(401)
})

test('whoever guesses too often has to wait, even with the right token', async () => {
  const { tokens, bearerOf } = people()
  const { get } = await useService(database, {}, { tokens })
  const wrong = { Authorization: `Bearer ${newToken()}` }
  // However long it takes here: one is forgotten every six seconds.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  onTestFinished(() => void vi.restoreAllMocks())
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push((await get('/api/streams', wrong)).status)
  expect(statuses).toStrictEqual([...Array<number>(10).fill(401), 429, 429])
  const right = await get('/api/streams', bearerOf.admin)
  expect(right).toMatchObject({ status: 429, body: { code: 'failures_exceeded' } })
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(right.headers.get('retry-after'))).toBeLessThanOrEqual(6)
})

test('no credentials at all are no guess', async () => {
  const { tokens, bearerOf } = people()
  const { get } = await useService(database, {}, { tokens })
  for (let i = 0; i < 30; i++) expect((await get('/api/streams')).status).toBe(401)
  expect((await get('/api/streams', bearerOf.read)).status).toBe(200)
})

test('failures are forgotten with time, one every six seconds', () => {
  let now = 0
  const failures = new Failures(() => now)
  for (let i = 0; i < 10; i++) failures.note('192.0.2.1')
  expect(failures.wait('192.0.2.1')).toBe(6)
  expect(failures.wait('192.0.2.2')).toBe(0)
  now = 5_999
  expect(failures.wait('192.0.2.1')).toBe(1)
  now = 6_000
  expect(failures.wait('192.0.2.1')).toBe(0)
  failures.note('192.0.2.1')
  expect(failures.wait('192.0.2.1')).toBe(6)
})

test('a network of IPv6 is one guesser, and the memory of guessers is bounded', () => {
  const failures = new Failures(() => 0)
  for (let i = 0; i < 10; i++) failures.note(`2001:db8:0:1::${i}`)
  expect(failures.wait('2001:db8:0:1:ffff::9')).toBeGreaterThan(0)
  expect(failures.wait('2001:db8::1:0:0:0:9')).toBeGreaterThan(0)
  expect(failures.wait('2001:db8:0:2::9')).toBe(0)
  for (let i = 0; i < 30_000; i++) failures.note(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  expect(failures.size).toBe(10_000)
})

test('the owner of a token is found by its hash alone', () => {
  const { tokens, secretOf } = people()
  for (const known of tokens) {
    expect(ownerOf(tokens, secretOf[known.role])).toBe(known)
  }
  expect(ownerOf(tokens, '')).toBeNull()
  expect(ownerOf([], secretOf.read)).toBeNull()
})

test.each([
  ['alice', 'expected NAME:ROLE:SHA256'],
  [`reprise_${'a'.repeat(43)}`, 'expected NAME:ROLE:SHA256'],
  [`alice:read:reprise_${'a'.repeat(43)}`, 'expected the SHA-256 of a token in hex'],
  [`alice:owner:${'a'.repeat(64)}`, "expected read, replay, admin, got 'owner'"],
  [`a b:read:${'a'.repeat(64)}`, 'expected a name'],
  [`:read:${'a'.repeat(64)}`, 'expected NAME:ROLE:SHA256'],
])('a line that is no token is told so without repeating it: %s', (text, expected) => {
  const refuse = () => parseToken(text)
  expect(refuse).toThrow(expected)
  expect(refuse).not.toThrow(/aaaaaaaa/)
})

import { BlockList } from 'node:net'
import { describe, expect, test } from 'vitest'
import { senderOf, type SenderRules } from '../../proxy/sender.ts'
import { addTrustedProxy } from '../../wire/client-address.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const jwt = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2VjcmV0`

function rules(changes: Partial<SenderRules> & { trusted?: string[] } = {}): SenderRules {
  const trustedProxies = new BlockList()
  for (const one of changes.trusted ?? []) addTrustedProxy(trustedProxies, one)
  return { trustedProxies, userField: null, userClaim: null, ...changes }
}

describe("the client's address", () => {
  const TRUSTED = ['10.0.0.0/8', '::1', 'fe80::/10']
  test.each([
    ['192.0.2.1', [], '192.0.2.1'],
    ['192.0.2.1', ['6.6.6.6'], '192.0.2.1'],
    ['::ffff:192.0.2.1', [], '192.0.2.1'],
    ['10.0.0.1', [], '10.0.0.1'],
    ['10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['::ffff:10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
    ['::1', ['2001:db8::7'], '2001:db8::7'],
    ['10.0.0.1', ['6.6.6.6, 203.0.113.9'], '203.0.113.9'],
    ['10.0.0.1', ['203.0.113.9, 10.9.9.9'], '203.0.113.9'],
    ['10.0.0.1', ['6.6.6.6', '203.0.113.9', '10.2.2.2'], '203.0.113.9'],
    ['10.0.0.1', ['::ffff:203.0.113.9'], '203.0.113.9'],
    ['10.0.0.1', ['10.2.2.2'], '10.2.2.2'],
    ['10.0.0.1', ['203.0.113.9, unknown'], '10.0.0.1'],
    ['10.0.0.1', [''], '10.0.0.1'],
    ['10.0.0.1', [' , ,'], '10.0.0.1'],
    ['10.0.0.1', ['<script>'], '10.0.0.1'],
    ['10.0.0.1', ['999.1.1.1'], '10.0.0.1'],
    ['10.0.0.1', ['2001:db8::7%eth0'], '2001:db8::7%eth0'],
    ['fe80::1%eth0', ['203.0.113.9'], '203.0.113.9'],
  ])('peer %s, X-Forwarded-For %j: %s', (peer, forwarded, expected) => {
    const fields = forwarded.flatMap((value) => ['X-Forwarded-For', value])
    expect(senderOf(rules({ trusted: TRUSTED }), peer, fields).address).toBe(expected)
  })

  test('is null where the peer is gone', () => {
    expect(senderOf(rules(), undefined, []).address).toBeNull()
  })

  test.each(['', 'x', '10.0.0.0/33', '::1/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/a', '1.2.3'])(
    'a trusted proxy %j is refused, saying what was expected',
    (text) => {
      expect(() => addTrustedProxy(new BlockList(), text)).toThrow(/expected an address or a CIDR/)
    },
  )
})

describe('the user', () => {
  const user = (fields: string[], changes: Partial<SenderRules> = {}) =>
    senderOf(rules({ userClaim: 'sub', ...changes }), '::1', fields).user

  test.each([
    ['nobody', [], null],
    ['Basic', ['Authorization', `Basic ${base64('ann:secret')}`], 'ann'],
    ['basic in another case', ['authorization', `bAsIc  ${base64('ann:secret')}`], 'ann'],
    ['Basic with colons in the password', ['Authorization', `Basic ${base64('a:b:c')}`], 'a'],
    ['Basic beyond ASCII', ['Authorization', `Basic ${base64('änn:secret')}`], 'änn'],
    ['Basic without a colon', ['Authorization', `Basic ${base64('secret')}`], null],
    ['Basic without a user', ['Authorization', `Basic ${base64(':secret')}`], null],
    ['Basic with a NUL', ['Authorization', `Basic ${base64('a\0nn:secret')}`], 'ann'],
    ['no scheme', ['Authorization', 'secret'], null],
    ['an empty field', ['Authorization', ''], null],
    ['another scheme', ['Authorization', 'Digest username="ann"'], null],
    ['a JWT', ['Authorization', `Bearer ${jwt({ sub: 'ann' })}`], 'ann'],
    ['a JWT with a number', ['Authorization', `Bearer ${jwt({ sub: 7 })}`], '7'],
    ['a JWT without the claim', ['Authorization', `Bearer ${jwt({ name: 'ann' })}`], null],
    ['a JWT with an object', ['Authorization', `Bearer ${jwt({ sub: { a: 1 } })}`], null],
    ['a JWT of null', ['Authorization', `Bearer ${jwt(null)}`], null],
    ['an opaque token', ['Authorization', 'Bearer secret'], null],
    ['three parts of garbage', ['Authorization', 'Bearer secret.secret.secret'], null],
  ])('%s', (_, fields, expected) => {
    expect(user(fields)).toBe(expected)
  })

  test('is told by the configured field first, as UTF-8', () => {
    const utf8 = Buffer.from('zoë').toString('latin1')
    const fields = ['X-User', utf8, 'Authorization', `Basic ${base64('ann:secret')}`]
    expect(user(fields, { userField: 'x-user' })).toBe('zoë')
    expect(user(fields)).toBe('ann')
  })

  test('is not taken from a token that is not a set of claims', () => {
    const fields = ['Authorization', `Bearer ${jwt('secret')}`]
    expect(user(fields, { userClaim: 'length' })).toBeNull()
    expect(user(['Authorization', `Bearer ${jwt({})}`], { userClaim: '__proto__' })).toBeNull()
  })

  test('is not longer than a name', () => {
    expect(user(['Authorization', `Basic ${base64(`${'a'.repeat(5000)}:b`)}`])).toHaveLength(256)
  })

  test('never is, nor holds, the secret', () => {
    const secrets = [
      `Basic ${base64('ann:secret')}`,
      `Basic ${base64('secret')}`,
      'Bearer secret',
      `Bearer ${jwt({ sub: 'ann' })}`,
      'Token secret',
      'secret',
    ]
    for (const secret of secrets) {
      expect(JSON.stringify(senderOf(rules(), '::1', ['Authorization', secret]))).not.toMatch(
        /secret|c2VjcmV0/,
      )
    }
  })
})

test('the user agent is taken as it came', () => {
  expect(senderOf(rules(), '::1', ['USER-AGENT', 'curl/8']).agent).toBe('curl/8')
  expect(senderOf(rules(), '::1', []).agent).toBeNull()
})

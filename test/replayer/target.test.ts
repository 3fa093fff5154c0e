import { expect, test } from 'vitest'
import { allowanceOf, parseAllowedTarget, targetNotAllowed } from '../../replayer/target.ts'

const allowance = (url: string, recorded: string[] = [], named: string[] = []) =>
  allowanceOf(new URL(url), recorded, named.map(parseAllowedTarget))

test.each([
  'http://127.0.0.1:3000',
  'http://127.8.9.1',
  'http://localhost:1',
  'https://app.localhost',
  'http://[::1]:3000',
])('this machine needs no word: %s', (url) => {
  expect(allowance(url)).toBe('loopback')
})

test.each([
  'http://example.com',
  'http://10.0.0.1:3000',
  'http://0.0.0.0:3000',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://notlocalhost',
  'http://[::2]:3000',
])('another machine needs one: %s', (url) => {
  expect(allowance(url)).toBeNull()
})

test('a recorded upstream needs none, at its own scheme and port', () => {
  const recorded = ['http://backend:3000']
  expect(allowance('http://backend:3000/v2', recorded)).toBe('recorded')
  expect(allowance('http://backend:3001', recorded)).toBeNull()
  expect(allowance('https://backend:3000', recorded)).toBeNull()
})

test('a name allows every port, a name with a port that one', () => {
  expect(allowance('http://stage:3000', [], ['stage'])).toBe('named')
  expect(allowance('http://stage:3000', [], ['other', 'STAGE:3000'])).toBe('named')
  expect(allowance('http://stage:3001', [], ['stage:3000'])).toBeNull()
  expect(allowance('http://stage', [], ['stage:80'])).toBe('named')
  expect(allowance('https://stage', [], ['stage:443'])).toBe('named')
  expect(allowance('http://[fd00::1]:3000', [], ['[fd00:0::1]:3000'])).toBe('named')
})

test.each(['', 'http://stage', 'stage:', 'stage:123456', 'a b', 'stage/path', '*'])(
  'what is no HOST or HOST:PORT is refused: %j',
  (text) => {
    expect(() => parseAllowedTarget(text)).toThrow(/^expected HOST or HOST:PORT, got/)
  },
)

test('a refusal names the recorded upstreams and the flag that allows', () => {
  expect(targetNotAllowed(new URL('https://shop.test:8443/x'), ['http://a:1'])).toMatchObject({
    code: 'target_not_allowed',
    message: expect.stringContaining('(http://a:1)') as string,
    hint: expect.stringContaining('--allow-target shop.test:8443') as string,
  })
})

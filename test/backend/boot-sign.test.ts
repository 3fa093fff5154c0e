import { expect, test } from 'vitest'
import {
  factorySign,
  isSameBoot,
  parseBootSign,
  readBoot,
  type ShownBoot,
} from '../../backend/boot-sign.ts'

const answered = (body: string, more: Partial<ShownBoot> = {}): ShownBoot => ({
  ...{ status: 200, fields: ['X-Boot', 'seven'], body: Buffer.from(body), at: 1_000_000_000 },
  ...more,
})

test.for([
  ['/health json /boot_id', '{"boot_id":"a"}', 'a'],
  ['/health json /boot_id', '\ufeff{"boot_id":"a"}', 'a'],
  ['/health json /process/id', '{"process":{"id":17}}', '17'],
  ['/health json /a~1b/~0', '{"a/b":{"~":"deep"}}', 'deep'],
  ['/health json /list/1', '{"list":["x","y"]}', 'y'],
  ['/health?full=1 header X-Boot', '', 'seven'],
  ['/metrics match ^start_time_seconds (\\S+)', 'up 1\nstart_time_seconds 1.7e9\n', '1.7e9'],
])('%s reads the sign of %s', ([text, body, boot]) => {
  expect(readBoot(parseBootSign(text!, 'id'), answered(body!))).toEqual({ boot })
})

test.for([
  ['/health json /boot_id', '{"boot_id":null}', 'nothing at /boot_id'],
  ['/health json /boot_id', 'no json', 'nothing at /boot_id'],
  ['/health json /__proto__', '{}', 'nothing at /__proto__'],
  ['/health header Other', '', 'nothing at the field other'],
  ['/health match id=(.+)', 'none', 'nothing at /id=(.+)/m'],
])('%s says that there is nothing in %s', ([text, body, why]) => {
  const read = readBoot(parseBootSign(text!, 'id'), answered(body!))
  expect(read).toEqual({ why: expect.stringContaining(why!) })
})

test.for([
  ['{"things":[]}', '{"things": [] }', 'factory state'],
  ['{"things":[]}', '\ufeff{"things": [] }', 'factory state'],
  ['{"things":[]}', '{"things":[1]}', 'changed'],
  ['none', 'none', 'factory state'],
  ['none', 'none\n', 'changed'],
])('of a backend that answers %s without state, %s says: %s', ([factory, body, boot]) => {
  const sign = factorySign('/things', Buffer.from(factory!))
  expect(readBoot(sign, answered(body!))).toEqual({ boot })
})

test('one that has state may have got it, and one that has none has lost it', () => {
  const sign = factorySign('/things', Buffer.from('none'))
  expect(isSameBoot(sign, 'factory state', 'changed')).toBe(true)
  expect(isSameBoot(sign, 'changed', 'changed')).toBe(true)
  expect(isSameBoot(sign, 'changed', 'factory state')).toBe(false)
})

test('an answer without success shows nothing', () => {
  const sign = parseBootSign('/health json /boot_id', 'id')
  const starting = answered('{"boot_id":"a"}', { status: 503 })
  expect(readBoot(sign, starting)).toEqual({ why: 'GET /health was answered 503' })
})

test('an uptime is the moment of the boot, which may be off by a little', () => {
  const sign = parseBootSign('/health json /up', 'uptime')
  const at = (seconds: number) => ({ at: 1_000_000_000 + seconds * 1000 })
  const boot = (up: number, seconds: number) => {
    const read = readBoot(sign, answered(`{"up":${up}}`, at(seconds)))
    return 'boot' in read ? read.boot : read.why
  }
  expect(isSameBoot(sign, boot(100, 0), boot(160.4, 60))).toBe(true)
  expect(isSameBoot(sign, boot(100, 0), boot(3, 60))).toBe(false)
  // It has been up for longer than the former life was when it was seen, and is another one.
  expect(isSameBoot(sign, boot(100, 0), boot(500, 3600))).toBe(false)
  expect(boot(-1, 0)).toContain("'-1' is no uptime")
})

test('an id is the same only to the letter', () => {
  const sign = parseBootSign('/health json /boot_id', 'id')
  expect(isSameBoot(sign, 'a', 'a')).toBe(true)
  expect(isSameBoot(sign, 'a', 'A')).toBe(false)
})

test.for([
  ['health json /id', '/PATH json'],
  ['/health', '/PATH json'],
  ['/health json id', 'a JSON pointer'],
  ['/health json /a~2', 'a JSON pointer'],
  ['/health header X Y', 'the name of a field'],
  ['/health match none', 'a pattern with one group'],
  ['/health match (a)(b)', 'a pattern with one group'],
  ['/health match (', 'a pattern with one group'],
])('%s is refused', ([text, expected]) => {
  expect(() => parseBootSign(text!, 'id')).toThrow(expected)
})

import type { LookupFunction } from 'node:net'
import { expect, test } from 'vitest'
import { guardedLookup } from '../../replayer/guarded-lookup.ts'
import { parseAllowedTarget } from '../../replayer/target.ts'
import { createDatabase } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, replayed } from './recording.ts'

const database = await createDatabase()

/** A resolver that knows one answer, and is asked as net.connect asks. */
function answering(...addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_, options, callback) => {
    if (options.all === true) callback(null, found)
    else callback(null, found[0]!.address, found[0]!.family)
  }
}

function ask(url: string, found: string[], named: string[] = [], all: boolean = true) {
  const target = new URL(url)
  const lookup = guardedLookup(target, named.map(parseAllowedTarget), answering(...found))
  return new Promise<unknown>((resolve) => {
    lookup(target.hostname, { all }, (error, address, family) => {
      resolve(error === null ? (all ? address : [address, family]) : error)
    })
  })
}

const refused = {
  code: 'target_not_allowed',
  message: expect.stringMatching(/nothing was sent/) as string,
}

test.each([
  ['127.0.0.1'],
  ['127.8.9.1'],
  ['0.0.0.0'],
  ['169.254.169.254'],
  ['224.0.0.1'],
  ['255.255.255.255'],
  ['::1'],
  ['::'],
  ['fe80::1'],
  ['ff02::1'],
  ['fd00:ec2::254'],
  ['::ffff:127.0.0.1'],
  ['::ffff:7f00:1'],
  ['::ffff:a9fe:a9fe'],
  ['64:ff9b::7f00:1'],
  ['64:ff9b::a9fe:a9fe'],
  ['::ffff:0:7f00:1'],
  ['::7f00:1'],
  ['2002:7f00:1::'],
  ['2002:a9fe:a9fe::1'],
  ['fd20:ce::254'],
  ['168.63.129.16'],
  ['100.100.100.200'],
  ['192.0.2.1', '127.0.0.1'],
  ['2001:db8::1', '169.254.169.254'],
])('a name of another machine leads to no stray address: %s %s', async (...found) => {
  const addresses = found.filter((one) => one !== undefined)
  expect(await ask('http://staging.example.com', addresses)).toMatchObject(refused)
})

test.each([
  '192.0.2.1',
  '10.0.0.1',
  '172.17.0.1',
  '2001:db8::1',
  'fd12::1',
  '64:ff9b::c000:201',
  '2002:c000:201::1',
  '100.64.0.1',
])('a name of another machine leads to another machine: %s', async (address) => {
  expect(await ask('http://staging.example.com', [address])).toMatchObject([{ address }])
  const [one, family] = (await ask('http://a.example', [address], [], false)) as unknown[]
  expect([one, family]).toStrictEqual([address, address.includes(':') ? 6 : 4])
})

test.each(['192.0.2.1', '0.0.0.0', '169.254.169.254', '::2'])(
  'a name of this machine leads nowhere else: %s',
  async (address) => {
    expect(await ask('http://app.localhost', [address])).toMatchObject(refused)
    expect(await ask('http://localhost', ['127.0.0.1', address])).toMatchObject(refused)
    expect(await ask('http://localhost', ['::1', '127.0.0.1'])).toHaveLength(2)
  },
)

test('an address that was named may be led to, and only that one', async () => {
  const url = 'http://dev.example.com'
  expect(await ask(url, ['127.0.1.1'])).toMatchObject({
    hint: 'if that is where it must go, name the address too: --allow-target 127.0.1.1',
  })
  expect(await ask(url, ['127.0.1.1'], ['dev.example.com', '127.0.1.1'])).toHaveLength(1)
  expect(await ask(url, ['127.0.0.1'], ['dev.example.com', '127.0.1.1'])).toMatchObject(refused)
  expect(await ask(url, ['::1'], ['[::1]'])).toHaveLength(1)
})

test('what the resolver cannot find stays its error', async () => {
  const lookup = guardedLookup(new URL('http://a'), [], (_, __, callback) => {
    callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), '')
  })
  const error = await new Promise((resolve) => lookup('a', {}, resolve))
  expect(error).toMatchObject({ code: 'ENOTFOUND' })
})

test('a replay whose target is led astray in the middle sends nothing more', async () => {
  const journal = useJournal(database)
  const origin = await startRawOrigin(
    () => 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  )
  await record(journal, 'rebound', [{}, {}, {}])
  const target = new URL(`http://staging.example.com:${origin.port}`)
  // The origin stands in for a machine elsewhere until the name is made to lead to another one.
  const answers = ['127.0.0.1', '127.0.0.2']
  const named = [parseAllowedTarget('127.0.0.1')]
  const lookup = guardedLookup(target, named, (name, options, callback) =>
    answering(answers.shift() ?? '127.0.0.2')(name, options, callback),
  )
  const summary = await replayed(journal, { stream: 'rebound' }, { target, lookup })
  expect(origin.requests).toHaveLength(1)
  expect(summary).toMatchObject({ state: 'stopped', sent: 1, outcomes: { same: 1, failed: 1 } })
  expect(summary.stoppedBy?.result.detail).toContain('staging.example.com leads to 127.0.0.2')
})

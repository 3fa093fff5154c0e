import { BlockList } from 'node:net'
import { describe, expect, test } from 'vitest'
import { withForwarded, type ForwardedRules } from '../../proxy/forwarded.ts'
import type { HeadRules } from '../../proxy/heads.ts'
import { RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { UNCHANGED } from '../support/recorder.ts'

const CAME = ['X-Forwarded-For', '192.0.2.1', 'Forwarded', 'for=192.0.2.1', 'X-Other', '1']

function told(rules: Partial<ForwardedRules>, came = CAME, peer = '::ffff:10.0.0.7') {
  const all = { how: 'append', fields: 'x-forwarded', trustedProxies: null, ...rules } as const
  return withForwarded(all, came, () => ({ peer, proto: 'http', host: 'a:81' }))
}

const HOP = ['X-Forwarded-Proto', 'http', 'X-Forwarded-Host', 'a:81']

describe('what the upstream is told of the client', () => {
  test('leave: nothing is touched', () => {
    expect(told({ how: 'leave' })).toBe(CAME)
  })

  test('append: the client goes behind those who were named, the first hop tells scheme and Host', () => {
    expect(told({})).toEqual([
      ...['X-Forwarded-For', '192.0.2.1, 10.0.0.7', 'Forwarded', 'for=192.0.2.1', 'X-Other', '1'],
      ...HOP,
    ])
    const first = ['x-forwarded-proto', 'https', 'x-forwarded-host', 'outside']
    expect(told({}, first)).toEqual([...first, 'X-Forwarded-For', '10.0.0.7'])
  })

  test('append: of several lines the last one grows, an empty one is filled', () => {
    const lines = ['X-Forwarded-For', 'a', 'x-forwarded-for', '']
    expect(told({}, lines)).toEqual([
      ...['X-Forwarded-For', 'a', 'x-forwarded-for', '10.0.0.7'],
      ...HOP,
    ])
  })

  test.each([
    ['10.0.0.7', '192.0.2.1, 10.0.0.7'],
    ['10.0.1.7', '10.0.1.7'],
  ])('append with trusted proxies: from %s goes on as %s', (peer, expected) => {
    const trustedProxies = new BlockList()
    trustedProxies.addSubnet('10.0.0.0', 24)
    const fields = told({ trustedProxies }, CAME, peer)
    expect(fields[fields.indexOf('X-Forwarded-For') + 1]).toBe(expected)
    expect(fields.includes('Forwarded')).toBe(peer === '10.0.0.7')
  })

  test('replace: all that came of it is dropped', () => {
    const came = [...CAME, 'X-Forwarded-Port', '1', 'forwarded', 'for=b']
    expect(told({ how: 'replace' }, came)).toEqual([
      ...['X-Other', '1', 'X-Forwarded-For', '10.0.0.7'],
      ...HOP,
    ])
  })

  test('as Forwarded, with an address of IPv6 in brackets and quotes', () => {
    expect(told({ fields: 'forwarded' }, [], '2001:db8::1')).toEqual([
      ...['Forwarded', 'for="[2001:db8::1]";host="a:81";proto=http'],
    ])
    expect(told({ fields: 'both' }, CAME)).toEqual([
      ...['X-Forwarded-For', '192.0.2.1, 10.0.0.7'],
      ...['Forwarded', 'for=192.0.2.1, for=10.0.0.7;host="a:81";proto=http', 'X-Other', '1'],
      ...HOP,
    ])
  })

  test('a client that is gone is unknown', () => {
    const rules = { how: 'append', fields: 'both', trustedProxies: null } as const
    expect(
      withForwarded(rules, [], () => ({ peer: undefined, proto: 'https', host: undefined })),
    ).toEqual([
      ...['X-Forwarded-For', 'unknown', 'X-Forwarded-Proto', 'https'],
      ...['Forwarded', 'for=unknown;proto=https'],
    ])
  })
})

describe.each(RECORDING)('recording %s', (recording) => {
  const asked = async (heads: Partial<HeadRules>, request: string) => {
    const stand = await standBetween(recording, () => plainAnswer('ok', '200 OK', 'X-One: 1\r\n'), {
      heads: { ...UNCHANGED, ...heads },
    })
    const answer = await stand.ask(request, /ok$/)
    return { fields: stand.origin.requests[0]!.fields, answer, stand }
  }
  const POST = 'POST / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\nHost: a:81\r\n\r\n'

  test.each([
    ['keep', 'a:81'],
    ['target', /^127\.0\.0\.1:\d+$/],
    [{ name: 'other.example' }, 'other.example'],
  ] as const)('Host %j goes on as %s, in its place', async (host, expected) => {
    const { fields } = await asked({ host }, POST)
    expect(fields[2]).toBe('Host')
    expect(fields[3]).toMatch(expected)
  })

  test('a client of HTTP/1.0 without Host gets the one that is set', async () => {
    const { fields } = await asked({ host: { name: 'b' } }, 'POST / HTTP/1.0\r\n\r\n')
    expect(fields.slice(0, 2)).toEqual(['Host', 'b'])
  })

  test('the client is told of, and the journal has the request as it came', async () => {
    const forwarded = { how: 'append', fields: 'x-forwarded', trustedProxies: null } as const
    const { fields, stand } = await asked({ forwarded }, POST)
    expect(fields.slice(0, 8)).toEqual([
      ...['X-Forwarded-For', '192.0.2.1, 127.0.0.1', 'Host', 'a:81'],
      ...['X-Forwarded-Proto', 'http', 'X-Forwarded-Host', 'a:81'],
    ])
    if (recording === 'off') return
    const [entry] = await stand.journal.stored(1)
    expect(entry!.request.fields).toEqual(['X-Forwarded-For', '192.0.2.1', 'Host', 'a:81'])
  })

  test('Via names the protocol that each message came with', async () => {
    const { fields, answer } = await asked({ via: 'edge' }, 'POST / HTTP/1.0\r\nVia: 1.1 x\r\n\r\n')
    expect(fields).toEqual(
      expect.arrayContaining(['Via', '1.1 x', 'Via', '1.0 edge'].map((text) => text)),
    )
    expect(answer).toMatch(/X-One: 1\r\nVia: 1\.1 edge\r\n/)
  })
})

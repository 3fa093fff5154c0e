import { BlockList } from 'node:net'
import type { JournalWriter } from '../journal/contract.ts'
import { pathMatcher } from '../journal/path-pattern.ts'
import type { ProxyOptions } from '../proxy/proxy.ts'
import { addTrustedProxy } from '../proxy/sender.ts'
import { listOf, settingsProblem, settingsTable, withDefault, type Settings } from './settings.ts'
import {
  address,
  duration,
  method,
  oneOf,
  path,
  size,
  status,
  text,
  type Address,
} from './values.ts'
import { VERSION } from './version.ts'

/** The settings of a recorder, for `proxy` and for `up`. */
export const proxySettings = settingsTable({
  listen: withDefault(
    address('where clients connect; port 0 takes a free one'),
    { host: '127.0.0.1', port: 8080 },
    '127.0.0.1:8080',
  ),
  stream: withDefault(
    text('NAME', 'the backend whose mutations these are; the journal keeps streams apart'),
    'default',
  ),
  durability: withDefault(
    {
      expects: 'async|commit|intent',
      help:
        'commit: no mutation that a client saw answered is lost, at the cost of one commit of ' +
        'PostgreSQL; async and intent are not there yet',
      parse: parseDurability,
    },
    'commit',
  ),
  recording: withDefault(oneOf(['on', 'off'], 'off: a plain proxy that needs no PostgreSQL'), 'on'),
  'record-methods': listOf(
    method('methods that are recorded'),
    [],
    'all but GET, HEAD, OPTIONS and TRACE',
  ),
  'record-statuses': listOf(
    status('answers that are recorded: below 400 as applied, others as failed'),
    [
      { from: 100, to: 399 },
      { from: 500, to: 599 },
    ],
    '1xx, 2xx, 3xx, 5xx',
  ),
  'exclude-paths': listOf(
    path('paths that are not recorded: /exact, /prefix/* or a glob such as /api/*/log'),
  ),
  'opt-out-parameter': withDefault(
    text(
      'NAME',
      "query parameter with which a request opts out of recording (?save=0); 'none' for no such thing",
    ),
    'save',
  ),
  'record-replayed': withDefault(
    oneOf(['on', 'off'], 'whether requests that a replay sent are recorded again'),
    'off',
  ),
  'max-body': withDefault(
    size('recorded of a body at most; a mutation that declares more is refused with 413'),
    64 * 1024 * 1024,
    '64MB',
  ),
  'trusted-proxies': listOf({
    expects: 'ADDRESS or CIDR',
    help: 'peers whose X-Forwarded-For is believed',
    parse: parseTrustedProxy,
  }),
  'user-header': text('NAME', 'field that names the user, as an identity proxy sets it'),
  'user-claim': withDefault(
    text('NAME', 'claim of a bearer JWT that names the user (not verified)'),
    'sub',
  ),
  'connect-timeout': withDefault(duration('to the upstream'), 5_000, '5s'),
  'answer-timeout': withDefault(
    duration("until the upstream's answer begins; then 504, and in doubt"),
    120_000,
    '2m',
  ),
  'commit-timeout': withDefault(
    duration(
      'how long an answered mutation waits for a PostgreSQL that went away, before its client is cut off',
    ),
    10_000,
    '10s',
  ),
  'slow-commit': withDefault(
    duration('from when on a commit counts as stuck and mutations are refused with 503'),
    2_000,
    '2s',
  ),
})

export type ProxySettings = Settings<typeof proxySettings>

/** What the settings say, as the proxy takes it. */
export function proxyOptions(
  settings: ProxySettings,
  target: URL,
  journal: JournalWriter | null,
  onProblem: (message: string) => void,
): ProxyOptions {
  if (isOwnAddress(target, settings.listen)) {
    throw settingsProblem([`--target: ${target.origin} is where the proxy itself listens`])
  }
  const trustedProxies = new BlockList()
  for (const one of settings['trusted-proxies']) addTrustedProxy(trustedProxies, one)
  const methods = settings['record-methods']
  const parameter = settings['opt-out-parameter']
  return {
    target,
    host: settings.listen.host,
    port: settings.listen.port,
    stream: settings.stream,
    version: VERSION,
    policy: {
      recording: settings.recording,
      methods: methods.length === 0 ? 'unsafe' : new Set(methods),
      statuses: settings['record-statuses'],
      isExcluded: pathMatcher(settings['exclude-paths']),
      optOutParameter: parameter === 'none' ? null : parameter,
      replayed: settings['record-replayed'] === 'on' ? 'recorded' : 'unrecorded',
    },
    sender: {
      trustedProxies,
      userField: settings['user-header']?.toLowerCase() ?? null,
      userClaim: settings['user-claim'],
    },
    journal,
    maxBody: settings['max-body'],
    connectTimeout: settings['connect-timeout'],
    answerTimeout: settings['answer-timeout'],
    commitTimeout: settings['commit-timeout'],
    slowCommit: settings['slow-commit'],
    onProblem,
  }
}

function parseDurability(given: string): 'commit' {
  if (given === 'commit') return given
  const why = ['async', 'intent'].includes(given) ? 'which is not there yet' : 'which is none'
  throw new RangeError(`expected commit, got '${given}', ${why}`)
}

function parseTrustedProxy(given: string): string {
  addTrustedProxy(new BlockList(), given)
  return given
}

/** A proxy before itself would forward to itself without end. */
function isOwnAddress(target: URL, { host, port }: Address): boolean {
  if (target.protocol !== 'http:' || Number(target.port || 80) !== port) return false
  const name = target.hostname.replace(/^\[|\]$/g, '')
  const isHere = (one: string) => /^(localhost|127\..*|::1|0\.0\.0\.0|::)$/i.test(one)
  return name === host || (isHere(name) && isHere(host))
}

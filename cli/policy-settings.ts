import { pathMatcher } from '../journal/path-pattern.ts'
import type { Policy } from '../proxy/policy.ts'
import type { SenderRules } from '../proxy/sender.ts'
import { listOf, settingsGroup, withDefault, type Settings } from './settings.ts'
import { blockListOf, trustedProxies } from './trusted-proxies.ts'
import { count, method, oneOf, path, size, status, text } from './values.ts'

/** What is recorded of what passes, for proxies and for imports. */
export const policySettings = settingsGroup('What is recorded', {
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
  'context-paths': listOf(
    path(
      'reads, and mutations refused with 4xx, that are recorded as context at once, whatever their ' +
        'answer: /exact, /prefix/* or a glob; always those whose answer sets a cookie',
    ),
  ),
  'context-limit': withDefault(
    count(
      'so many of those a minute at most; what comes beyond it is recorded only if a recorded request ' +
        'uses what it produced',
    ),
    600,
    '600',
  ),
  'context-memory': withDefault(
    size(
      'of other reads and refusals the latest are remembered, up to so many bytes and for an hour, and ' +
        'recorded as context before the first mutation that sends a token, cookie or ETag which only ' +
        'they produced; 0: none are',
    ),
    8 * 1024 * 1024,
    '8MB',
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
    size(
      'recorded of a body at most; a mutation that declares more is refused with 413, of others ' +
        'the entry is marked truncated',
    ),
    1024 * 1024 * 1024,
    '1GB',
  ),
  'trusted-proxies': trustedProxies('peers whose X-Forwarded-For is believed'),
  'user-header': text('NAME', 'field that names the user, as an identity proxy sets it'),
  'user-claim': withDefault(
    text('NAME', 'claim of a bearer JWT that names the user (not verified)'),
    'sub',
  ),
})

type PolicySettings = Settings<typeof policySettings>

export function policyOf(settings: PolicySettings, recording: Policy['recording']): Policy {
  const methods = settings['record-methods']
  const parameter = settings['opt-out-parameter']
  return {
    recording,
    methods: methods.length === 0 ? 'unsafe' : new Set(methods),
    statuses: settings['record-statuses'],
    isExcluded: pathMatcher(settings['exclude-paths']),
    optOutParameter: parameter === 'none' ? null : parameter,
    replayed: settings['record-replayed'] === 'on' ? 'recorded' : 'unrecorded',
    context: {
      isChosen: pathMatcher(settings['context-paths']),
      others: settings['context-memory'] > 0 ? 'remembered' : 'let_go',
    },
  }
}

export function senderRules(settings: PolicySettings): SenderRules {
  return {
    trustedProxies: blockListOf(settings['trusted-proxies']),
    userField: settings['user-header']?.toLowerCase() ?? null,
    userClaim: settings['user-claim'],
  }
}

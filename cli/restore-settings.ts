import { readFileSync } from 'node:fs'
import { factorySign, parseBootSign, type BootSign } from '../backend/boot-sign.ts'
import type { BootSigns } from '../backend/boot-signs.ts'
import type { EpochStore } from '../journal/epochs.ts'
import { messageOf } from '../journal/problem.ts'
import { pathOf } from '../journal/entry.ts'
import { pathMatcher } from '../journal/path-pattern.ts'
import type { GateOptions } from '../proxy/gate/gate-options.ts'
import { parseReset } from '../replayer/reproduce/reset.ts'
import type { AliasSource } from '../proxy/live/alias-table.ts'
import type { ProxyOptions } from '../proxy/proxy.ts'
import type { Missing } from './command.ts'
import { compactRulesSettings } from './compact-settings.ts'
import {
  hidden,
  listOf,
  settingsGroup,
  settingsTable,
  withDefault,
  type Setting,
  type Settings,
} from './settings.ts'
import {
  count,
  countBetween,
  countFrom,
  duration,
  durationFrom,
  oneOf,
  path,
  sizeAtLeast,
  switchOn,
} from './values.ts'
import { webhookMissing, webhookSettings } from './webhook-settings.ts'

function bootSign(means: 'id' | 'uptime', help: string): Setting<BootSign> {
  return {
    expects: "'/PATH json /POINTER'",
    help,
    separator: '\n',
    parse: (text) => parseBootSign(text, means),
  }
}

function readFactoryState(text: string): BootSign {
  const [, target, file] = /^(\/[\x21-\x22\x24-\x7e]*) +(\S.*)$/.exec(text) ?? []
  if (target === undefined || file === undefined) {
    throw new RangeError(`expected '/PATH FILE', got '${text}'`)
  }
  try {
    return factorySign(target, readFileSync(file))
  } catch (error) {
    throw new RangeError(`expected a file that can be read, ${messageOf(error)}`, { cause: error })
  }
}

/** What tells one life of the backend from another: one of them, or several. */
const bootSettings = settingsGroup('Which life of the backend answers', {
  'boot-id': bootSign(
    'id',
    'where the backend shows something that is another one after each boot: in the JSON of an answer ' +
      "('/health json /boot_id'), in a field ('/health header X-Boot-Id'), or in its text " +
      "('/metrics match ^process_start_time_seconds (\\S+)')",
  ),
  'boot-uptime': bootSign('uptime', 'the same where it shows the seconds since its boot'),
  'factory-state': {
    expects: "'/PATH FILE'",
    help:
      'where it shows nothing of the kind, or may lose its state without a boot: a read that is answered as ' +
      'in FILE (its body; JSON by what it says) by a backend without any state, and otherwise as soon as it ' +
      'has some; state that comes and goes before a look sees it (the first change has it look at once) goes ' +
      'unnoticed',
    separator: '\n',
    parse: readFactoryState,
  },
  'check-timeout': withDefault(durationFrom(10, 'how long the answer may take'), 2_000, '2s'),
})

/** How its state is put back. */
const restoringSettings = settingsGroup('Restoring it', {
  'restore-in-doubt': withDefault(
    oneOf(
      ['stop', 'skip', 'send'],
      'what a restore does with requests of which it is not known whether the backend had applied them ' +
        '(and nobody settled it: reprise in-doubt); stop: it fails',
    ),
    'stop',
  ),
  'restore-in-flight': withDefault(
    oneOf(
      ['stop', 'skip', 'send'],
      'what is done with requests of a restore that were under way when its process was killed; stop: ' +
        'the restore fails',
    ),
    'stop',
  ),
  'restore-reset': {
    expects: "'COMMAND' or 'METHOD URL'",
    help:
      'makes the backend blank where it is not known what of a restore it had (a request has no answer, or one ' +
      'of 5xx that was not recorded): a command of the shell ' +
      "('docker restart shop'), or a request ('POST http://127.0.0.1:3000/reset'), answered below 400; " +
      'then it is restored from the start, as another epoch',
    fallbackText: 'none: see --restore-in-flight',
    separator: '\n',
    parse: parseReset,
    shown: hidden,
  },
  'restore-reset-timeout': withDefault(duration('how long that may take'), 60_000, '1m'),
  'restore-tries': withDefault(
    countFrom(
      1,
      'so often in a row a restore is begun or gone on with that gets no further because its requests cannot ' +
        'be delivered; then it has failed',
    ),
    10,
  ),
  'restore-differs': withDefault(
    oneOf(
      ['open', 'shut'],
      'whether clients are let in where the answers of a restore differ from what was recorded',
    ),
    'open',
  ),
  'restore-failed': withDefault(
    oneOf(['shut', 'open'], 'whether they are let in where it failed'),
    'shut',
  ),
  'restore-compact': switchOn(
    'leave out what --compact-rules make needless, where `reprise compact --verify` has shown for the stream ' +
      'that this makes no difference; rules that were not verified are not used, and that is said',
  ),
  ...compactRulesSettings,
  'restore-concurrency': withDefault(
    countBetween(
      1,
      1024,
      'requests of a restore that are under way at a time, as far as order allows',
    ),
    64,
  ),
})

/** Of whoever restores when told to. */
export const toldSettings = settingsTable({ ...bootSettings, ...restoringSettings })

/** The same without a process beside it that tells webhooks. */
export const byHandSettings = settingsTable({ ...toldSettings, ...webhookSettings })

/** Of a proxy that notices that the backend lost its state, keeps clients away, and has it put back. */
export const restoreSettings = settingsGroup('Restoring it', {
  restore: withDefault(
    oneOf(
      ['auto', 'ask', 'off'],
      'what is done when the backend has lost its state; auto: clients are kept away, what was ' +
        'recorded is replayed, and they are let in again; ask: they are kept away until somebody says ' +
        '`reprise restore`, or begins it on the page; off: nobody looks',
    ),
    'off',
  ),
  ...bootSettings,
  'check-on-connect': switchOn(
    'ask for it on each new connection to the backend, before anything else is sent on it: then nothing ' +
      'reaches a backend without its state, however soon it is back; by HTTP/1.1 only',
  ),
  'check-every': withDefault(durationFrom(10, 'how often it is asked for besides'), 1_000, '1s'),
  'assume-lost-on-reconnect': switchOn(
    'take a backend that took no connection and then does again for one that lost its state, where it ' +
      'shows nothing that tells',
  ),
  'gate-wait': withDefault(
    duration(
      'how long a request that is kept away waits to be let in, before it is answered 503 with ' +
        'Retry-After; 0: not at all',
    ),
    30_000,
    '30s',
  ),
  'gate-requests': withDefault(
    count('so many requests may wait; those beyond are answered 503 at once'),
    1_000,
  ),
  'gate-bytes': withDefault(
    sizeAtLeast(
      64 * 1024,
      'so many bytes of them may be held in memory: heads, and up to 64 KiB of each body (256 KiB by ' +
        'HTTP/2); those beyond are answered 503 at once',
    ),
    128 * 1024 * 1024,
    '128MB',
  ),
  'gate-reads': withDefault(
    oneOf(
      ['hold', 'pass'],
      'whether reads (GET, HEAD, OPTIONS, TRACE) are kept away too, or see the backend without its state',
    ),
    'hold',
  ),
  'gate-pass': listOf(
    path('paths that are never kept away, such as health checks: /exact, /prefix/* or a glob'),
  ),
  ...restoringSettings,
  'live-aliases': withDefault(
    oneOf(
      ['on', 'off'],
      'whether clients may go on with ids and tokens from before a restore: the proxy puts what the backend ' +
        'calls them now into their requests, and what they know into the answers; never small numbers',
    ),
    'off',
  ),
  'live-alias-expiry': duration('how long after a restore they may; default: for ever'),
  'live-alias-limit': withDefault(
    countFrom(1, 'so many things are renamed at most, the newest'),
    100_000,
  ),
  ...webhookSettings,
})

export type ToldSettings = Settings<typeof toldSettings>
export type RestoreSettings = Settings<typeof restoreSettings>

const SIGNS = ['boot-id', 'boot-uptime', 'factory-state'] as const

/** What tells the lives of the backend apart: each by itself. */
export function bootSignsOf(settings: Pick<RestoreSettings, (typeof SIGNS)[number]>): BootSigns {
  return SIGNS.flatMap((name) => settings[name] ?? [])
}

/** What goes with nothing would be ignored without a word. */
export function restoreMissing(known: Known): Missing {
  return { ...signMissing(known), ...restoreCompactMissing(known) }
}

/** Of whoever restores, also without being a proxy. */
export function restoreCompactMissing(known: Partial<ToldSettings>): Missing {
  const isWithout = known['restore-compact'] === true && known['compact-rules']?.length === 0
  return isWithout
    ? { 'compact-rules': "'PUT /x/:id replaces PUT /x/:id' with --restore-compact" }
    : {}
}

type Known = Partial<RestoreSettings & { recording: string; 'upstream-http2': string }>

function signMissing(known: Known): Missing {
  const { restore = 'off' } = known
  const hasSign = SIGNS.some((name) => known[name] !== undefined)
  if (restore === 'off') {
    const isLive = known['live-aliases'] === 'on'
    const isTold = (known.webhook ?? []).length > 0
    return {
      ...(isLive && { restore: 'auto or ask with --live-aliases on' }),
      ...(hasSign && { restore: 'auto or ask with --boot-id, --boot-uptime and --factory-state' }),
      ...(isTold && { restore: 'auto or ask with --webhook' }),
    }
  }
  const isBlind = !hasSign && known['assume-lost-on-reconnect'] !== true
  return {
    ...webhookMissing(known),
    ...(known.recording === 'off' && { recording: 'on with --restore' }),
    ...(isBlind && { 'boot-id': "'/PATH json /POINTER' (or --assume-lost-on-reconnect)" }),
    ...(known['check-on-connect'] === true &&
      known['upstream-http2'] === 'on' && {
        'upstream-http2': 'auto or off with --check-on-connect, which HTTP/1.1 alone has',
      }),
    ...(!hasSign && known['check-on-connect'] && { 'boot-id': "'/PATH json /POINTER'" }),
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** How the proxy keeps clients away; undefined: nobody is. */
export function gateOptions(
  settings: RestoreSettings,
  store: EpochStore | null,
): GateOptions | undefined {
  if (settings.restore === 'off' || store === null) return undefined
  const isPassed = pathMatcher(settings['gate-pass'])
  const reads = settings['gate-reads']
  return {
    store,
    signs: bootSignsOf(settings),
    connections: settings['check-on-connect'] ? 'asked' : 'trusted',
    every: settings['check-every'],
    timeout: settings['check-timeout'],
    rules: {
      back: settings['assume-lost-on-reconnect'] ? 'lost' : 'same',
      failed: settings['restore-failed'],
    },
    restored: settings.restore === 'ask' ? 'when asked' : 'by itself',
    held: {
      most: settings['gate-requests'],
      bytes: settings['gate-bytes'],
      patience: settings['gate-wait'],
      passes: ({ method = '', url = '' }) =>
        (reads === 'pass' && READS.has(method)) || isPassed(pathOf(url)),
    },
  }
}

/** By which clients may go on with values from before a restore; undefined: they may not. */
export function liveOptions(
  settings: RestoreSettings,
  source: AliasSource | null,
): ProxyOptions['live'] {
  if (settings['live-aliases'] === 'off' || settings.restore === 'off' || source === null) {
    return undefined
  }
  const expiry = settings['live-alias-expiry'] ?? null
  return { source, expiry, most: settings['live-alias-limit'] }
}

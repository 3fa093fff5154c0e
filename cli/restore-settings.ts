import { parseBootSign, type BootSign } from '../backend/boot-sign.ts'
import type { EpochStore } from '../journal/epochs.ts'
import { pathOf } from '../journal/entry.ts'
import { pathMatcher } from '../journal/path-pattern.ts'
import type { GateOptions } from '../proxy/gate/gate-options.ts'
import type { Missing } from './command.ts'
import { listOf, settingsTable, withDefault, type Setting, type Settings } from './settings.ts'
import { webhookMissing, webhookSettings } from './webhook-settings.ts'
import { count, countBetween, duration, durationFrom, oneOf, path, switchOn } from './values.ts'

function bootSign(means: BootSign['means'], help: string): Setting<BootSign> {
  return {
    expects: "'/PATH json /POINTER'",
    help,
    separator: '\n',
    parse: (text) => parseBootSign(text, means),
  }
}

/** What tells one life of the backend from another. */
const bootSettings = settingsTable({
  'boot-id': bootSign(
    'id',
    'where the backend shows something that is another one after each boot: in the JSON of an answer ' +
      "('/health json /boot_id'), in a field ('/health header X-Boot-Id'), or in its text " +
      "('/metrics match ^process_start_time_seconds (\\S+)')",
  ),
  'boot-uptime': bootSign('uptime', 'the same where it shows the seconds since its boot'),
  'check-timeout': withDefault(durationFrom(10, 'how long the answer may take'), 2_000, '2s'),
})

/** How its state is put back. */
const restoringSettings = settingsTable({
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
  'restore-concurrency': withDefault(
    countBetween(
      1,
      1024,
      'requests of a restore that are under way at a time, as far as order allows',
    ),
    64,
  ),
})

/** Of whoever restores without being a proxy. */
export const byHandSettings = settingsTable({
  ...bootSettings,
  ...restoringSettings,
  ...webhookSettings,
})

/** Of a proxy that notices that the backend lost its state, keeps clients away, and has it put back. */
export const restoreSettings = settingsTable({
  restore: withDefault(
    oneOf(
      ['auto', 'ask', 'off'],
      'what is done when the backend has lost its state; auto: clients are kept away, what was ' +
        'recorded is replayed, and they are let in again; ask: they are kept away until somebody says ' +
        '`reprise restore`; off: nobody looks',
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
  ...webhookSettings,
})

export type ByHandSettings = Settings<typeof byHandSettings>
export type RestoreSettings = Settings<typeof restoreSettings>

/** What tells the lives of the backend apart, or null. */
export function bootSignOf(settings: Pick<RestoreSettings, 'boot-id' | 'boot-uptime'>) {
  return settings['boot-id'] ?? settings['boot-uptime'] ?? null
}

/** What goes with nothing would be ignored without a word. */
export function restoreMissing(known: Partial<RestoreSettings & { recording: string }>): Missing {
  const { restore = 'off' } = known
  const hasSign = known['boot-id'] !== undefined || known['boot-uptime'] !== undefined
  if (restore === 'off') {
    const isTold = (known.webhook ?? []).length > 0
    return {
      ...(hasSign && { restore: 'auto or ask with --boot-id and --boot-uptime' }),
      ...(isTold && { restore: 'auto or ask with --webhook' }),
    }
  }
  const isBlind = !hasSign && known['assume-lost-on-reconnect'] !== true
  return {
    ...webhookMissing(known),
    ...(known.recording === 'off' && { recording: 'on with --restore' }),
    ...(isBlind && { 'boot-id': "'/PATH json /POINTER' (or --assume-lost-on-reconnect)" }),
    ...(known['boot-id'] !== undefined &&
      known['boot-uptime'] !== undefined && { 'boot-uptime': 'either it or --boot-id' }),
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
    sign: bootSignOf(settings),
    connections: settings['check-on-connect'] ? 'asked' : 'trusted',
    every: settings['check-every'],
    timeout: settings['check-timeout'],
    rules: {
      back: settings['assume-lost-on-reconnect'] ? 'lost' : 'same',
      failed: settings['restore-failed'],
    },
    held: {
      most: settings['gate-requests'],
      patience: settings['gate-wait'],
      passes: ({ method = '', url = '' }) =>
        (reads === 'pass' && READS.has(method)) || isPassed(pathOf(url)),
    },
  }
}

import type { Say } from '../telemetry/log.ts'
import { join } from 'node:path'
import type { JournalWriter } from '../journal/contract.ts'
import type { EpochStore } from '../journal/epochs.ts'
import type { AliasSource } from '../proxy/live/alias-table.ts'
import type { ProxyOptions } from '../proxy/proxy.ts'
import {
  settingsGroup,
  settingsProblem,
  settingsTable,
  withDefault,
  type Settings,
} from './settings.ts'
import {
  address,
  duration,
  durationFrom,
  oneOf,
  size,
  sizeFrom,
  streamName,
  text,
  type Address,
} from './values.ts'
import { logSettings } from './log-settings.ts'
import { policyOf, policySettings, senderRules } from './policy-settings.ts'
import { stateKeepingSettings } from './probe-settings.ts'
import { gateOptions, liveOptions, restoreSettings } from './restore-settings.ts'
import { clientTlsSettings, upstreamTls } from './tls-settings.ts'
import { tracingSettings } from './tracing.ts'
import { blockListOf } from './trusted-proxies.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { VERSION } from './version.ts'
import { wireOptions, wireSettings } from './wire-settings.ts'

const listening = settingsTable({
  listen: withDefault(
    address('where clients connect; port 0 takes a free one'),
    { host: '127.0.0.1', port: 8080 },
    '127.0.0.1:8080',
  ),
  ...clientTlsSettings,
  ...upstreamSettings,
  'admin-listen': {
    ...address(
      'where the recorder shows /healthz, /readyz, /health and /metrics; nothing that was recorded',
    ),
    fallbackText: 'nowhere',
  },
  stream: withDefault(
    streamName('the backend whose mutations these are; the journal keeps streams apart'),
    'default',
  ),
})

const durability = settingsGroup('Durability, and the spool', {
  durability: withDefault(
    oneOf(
      ['async', 'commit', 'intent'],
      'what the answer to a mutation waits for\n' +
        'commit: no mutation that a client saw answered is lost, whatever is killed; costs the ' +
        'time of one commit\n' +
        'intent: besides, what was in flight at a crash is known and named in doubt; costs two ' +
        'commits, the first before the mutation is forwarded\n' +
        'async: recorded soon; a crash loses what was waiting, and the gap is known; costs ' +
        'nothing on the way',
    ),
    'commit',
  ),
  'async-queue': withDefault(
    size('async: with so much waiting in memory (or 256 entries) answers wait too'),
    64 * 1024 * 1024,
    '64MB',
  ),
  'spool-dir': {
    ...text(
      'DIR',
      'where entries wait, synced to the local disk, while PostgreSQL is away; keep it over restarts',
    ),
    fallbackText: 'spool in --data-dir',
  },
  'spool-limit': withDefault(
    sizeFrom(
      1024 * 1024,
      'entries of so many bytes wait at most, then mutations are refused; 0: no spool, they are ' +
        'refused as soon as PostgreSQL is away',
    ),
    1024 * 1024 * 1024,
    '1GB',
  ),
  'when-unrecordable': withDefault(
    oneOf(
      ['refuse', 'pass'],
      'refuse: while neither PostgreSQL nor the spool takes entries, mutations get 503 before ' +
        'they reach the upstream; pass: they are forwarded and answered all the ' +
        'same, and counted as lost if their entries cannot be stored later',
    ),
    'refuse',
  ),
  lease: withDefault(
    durationFrom(
      1_000,
      'how long a recorder may be silent before another one of the stream takes it for dead and ' +
        'puts in doubt what it had in flight',
    ),
    30_000,
    '30s',
  ),
})

const recorded = settingsGroup('What is recorded', {
  recording: withDefault(oneOf(['on', 'off'], 'off: a plain proxy that needs no PostgreSQL'), 'on'),
  ...policySettings,
})

const patience = settingsGroup('Durability, and the spool', {
  'commit-timeout': withDefault(
    duration(
      'how long an answered mutation waits where neither PostgreSQL nor the spool takes its entry, ' +
        'before its client is cut off, or with --when-unrecordable pass answered (the entry is kept ' +
        'and stored as soon as one does)',
    ),
    10_000,
    '10s',
  ),
  'shutdown-timeout': withDefault(
    duration(
      'how long what runs may take to finish, and what is spooled to be moved, once an end was ' +
        'asked for; a second signal forces it',
    ),
    10_000,
    '10s',
  ),
  'slow-commit': withDefault(
    duration('from when on a commit of PostgreSQL counts as stuck, and entries go to the spool'),
    1_000,
    '1s',
  ),
})

/** The settings of a recorder, for `proxy` and for `up`. */
export const proxySettings = settingsTable({
  ...listening,
  ...durability,
  ...recorded,
  ...wireSettings,
  ...patience,
  ...stateKeepingSettings,
  ...restoreSettings,
  ...logSettings,
  ...tracingSettings,
})

export type ProxySettings = Settings<typeof proxySettings>

/** Of a command that looks at spools and has none. */
export const spoolDirToSee = {
  ...text('DIR', 'the spools of the proxies on this machine, which are looked at too'),
  fallbackText: 'spool in --data-dir',
}

export function spoolDirOf(settings: {
  'spool-dir': string | undefined
  'data-dir': string
}): string {
  return settings['spool-dir'] ?? join(settings['data-dir'], 'spool')
}

/** What the settings say, as the proxy takes it. */
export function proxyOptions(
  settings: ProxySettings & { 'data-dir': string },
  target: URL,
  journal: (JournalWriter & EpochStore & AliasSource) | null,
  onProblem: Say,
): ProxyOptions {
  const ownScheme = settings['tls-cert'] === undefined ? 'http:' : 'https:'
  if (target.protocol === ownScheme && isOwnAddress(target, settings.listen)) {
    throw settingsProblem([`--target: ${target.origin} is where the proxy itself listens`])
  }
  const believed = blockListOf(settings['trusted-proxies'])
  const gate = gateOptions(settings, journal)
  const live = liveOptions(settings, journal)
  return {
    target,
    upstreamTls: upstreamTls(settings),
    upstreamHttp2: settings['upstream-http2'],
    host: settings.listen.host,
    port: settings.listen.port,
    stream: settings.stream,
    version: VERSION,
    policy: policyOf(settings, settings.recording),
    context: { memory: settings['context-memory'], perMinute: settings['context-limit'] },
    sender: senderRules(settings),
    journal,
    ...(gate && { gate }),
    ...(live && { live }),
    maxBody: settings['max-body'],
    ...wireOptions(settings, believed),
    recording: {
      durability: settings.durability,
      spoolDir: spoolDirOf(settings),
      spoolLimit: settings['spool-limit'],
      lease: settings.lease,
      commitTimeout: settings['commit-timeout'],
      slowCommit: settings['slow-commit'],
      asyncLimit: { records: 256, bytes: settings['async-queue'] },
      whenUnrecordable: settings['when-unrecordable'],
    },
    onProblem,
  }
}

/** A proxy before itself would forward to itself without end. */
export function isOwnAddress(target: URL, { host, port }: Address): boolean {
  const standard = target.protocol === 'https:' ? 443 : 80
  if (Number(target.port || standard) !== port) return false
  const name = target.hostname.replace(/^\[|\]$/g, '')
  const isHere = (one: string) => /^(localhost|127\..*|::1|0\.0\.0\.0|::)$/i.test(one)
  return name === host || (isHere(name) && isHere(host))
}

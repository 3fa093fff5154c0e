import type { BlockList } from 'node:net'
import type { ProxyOptions } from '../proxy/proxy.ts'
import { settingsGroup, withDefault, type Settings } from './settings.ts'
import {
  duration,
  durationFrom,
  limit,
  oneOf,
  sizeAtLeast,
  upstreamHost,
  viaName,
} from './values.ts'

/** What is changed in heads, how long things may take, and what clients may speak. */
export const wireSettings = settingsGroup('On the wire', {
  'upstream-host': withDefault(
    upstreamHost(
      "which Host goes on to the upstream: keep (the client's), target (the upstream's own), or this one",
    ),
    'keep',
  ),
  forwarded: withDefault(
    oneOf(
      ['leave', 'append', 'replace'],
      'what the upstream is told of the client\n' +
        'leave: what came goes on as it came\n' +
        'append: its address, scheme and Host are added; with --trusted-proxies what others sent ' +
        'of it is dropped first\n' +
        'replace: what came is dropped, only this hop is told',
    ),
    'leave',
  ),
  'forwarded-fields': withDefault(
    oneOf(
      ['x-forwarded', 'forwarded', 'both'],
      'append, replace: as X-Forwarded-For, -Proto and -Host, as Forwarded (RFC 7239), or both',
    ),
    'x-forwarded',
  ),
  via: {
    ...viaName('a Via field with this name is added to requests and answers'),
    fallbackText: 'no such field',
  },
  'connect-timeout': withDefault(duration('to the upstream'), 5_000, '5s'),
  'answer-timeout': withDefault(
    limit(
      "from the request's last byte until the upstream's answer begins; then 504, and in doubt",
    ),
    120_000,
    '2m',
  ),
  'idle-timeout': withDefault(
    limit(
      'from one piece of a body to the next, either way; then the exchange is cut, silent event ' +
        'streams too',
    ),
    Infinity,
    'none',
  ),
  'exchange-timeout': withDefault(
    limit("from a request's head to the end of its answer; then 504, or the answer is cut"),
    Infinity,
    'none',
  ),
  'head-timeout': withDefault(
    durationFrom(10, 'how long a client may take to send the head of a request; then 408'),
    60_000,
    '1m',
  ),
  'keep-alive': withDefault(
    durationFrom(10, "how long a client's connection is kept while nothing comes on it"),
    75_000,
    '75s',
  ),
  'upstream-keep-alive': withDefault(
    durationFrom(
      10,
      'how long a connection to the upstream is kept while nothing is sent on it; best less than ' +
        'the upstream keeps it',
    ),
    30_000,
    '30s',
  ),
  http2: withDefault(
    oneOf(
      ['on', 'off'],
      'whether clients may speak HTTP/2, beside HTTP/1.1: by ALPN with TLS, by prior knowledge without',
    ),
    'on',
  ),
  'max-head': withDefault(
    sizeAtLeast(1024, 'of the head of a request or an answer at most; beyond it 431, or 502'),
    64 * 1024,
    '64KB',
  ),
})

/** What they say, as the proxy takes it. */
export function wireOptions(
  settings: Settings<typeof wireSettings>,
  trustedProxies: BlockList | null,
): Pick<ProxyOptions, 'heads' | 'limits' | 'connections'> {
  const host = settings['upstream-host']
  const { forwarded: how, 'forwarded-fields': fields } = settings
  return {
    heads: {
      host: host === 'keep' || host === 'target' ? host : { name: host },
      forwarded: { how, fields, trustedProxies },
      via: settings.via ?? null,
    },
    limits: {
      connect: settings['connect-timeout'],
      answer: settings['answer-timeout'],
      idle: settings['idle-timeout'],
      exchange: settings['exchange-timeout'],
    },
    connections: {
      maxHead: settings['max-head'],
      headTimeout: settings['head-timeout'],
      keepAlive: settings['keep-alive'],
      upstreamKeepAlive: settings['upstream-keep-alive'],
      http2: settings.http2,
    },
  }
}

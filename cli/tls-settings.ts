import type { UpstreamTls } from '../wire/tls.ts'
import type { Missing } from './command.ts'
import { certificateFile, flawOfDates, flawOfPair, keyFile, type PemFile } from './pem-file.ts'
import { settingsGroup, withDefault, type Setting, type Settings } from './settings.ts'
import { oneOf } from './values.ts'

/** Of a proxy: how clients know it, and it them. */
export const clientTlsSettings = settingsGroup('TLS to clients', {
  'tls-cert': {
    ...certificateFile(
      'the certificate for clients (PEM; then those that signed it, if any): --listen speaks HTTPS ' +
        '(TLS 1.2 and later), and only that; SIGHUP has this and the other two files read again',
    ),
    fallbackText: 'none, --listen speaks plain HTTP',
  },
  'tls-key': keyFile('the key of --tls-cert (PEM, not encrypted)'),
  'tls-client-ca': {
    ...certificateFile(
      'who signs the certificates of clients (PEM, one or more); a client that shows none of theirs ' +
        'is turned away in the handshake',
    ),
    fallbackText: 'none, clients show no certificate',
  },
})

/** Of whatever sends requests to a backend. */
export const upstreamTlsSettings = settingsGroup('To the backend', {
  'upstream-tls': withDefault(
    oneOf(
      ['verify', 'insecure'],
      'of a backend with https; verify: its certificate must be signed by somebody who is trusted, and ' +
        'be for its name, or nothing is sent; insecure: any certificate of anybody is taken, so that ' +
        'whoever is between can read and change everything, credentials included',
    ),
    'verify',
  ),
  'upstream-ca': {
    ...certificateFile(
      'who is trusted to sign the certificate of the backend (PEM, one or more), and nobody else',
    ),
    fallbackText: 'the list that Node brings, and NODE_EXTRA_CA_CERTS',
  },
  'upstream-cert': {
    ...certificateFile('the certificate that is shown to a backend that asks for one (PEM)'),
    fallbackText: 'none',
  },
  'upstream-key': keyFile('the key of --upstream-cert (PEM, not encrypted)'),
  'upstream-server-name': {
    ...serverName(
      'the name that the backend is asked for in the handshake (SNI) and that its certificate must be ' +
        'for; the field Host stays what it is',
    ),
    fallbackText: "the backend's host",
  },
})

export type ClientTlsSettings = Settings<typeof clientTlsSettings>
export type UpstreamTlsSettings = Settings<typeof upstreamTlsSettings>

/** What is missing of a proxy's own TLS, taken together. */
export function clientTlsMissing(known: Partial<ClientTlsSettings>): Missing {
  const { 'tls-cert': cert, 'tls-key': key, 'tls-client-ca': ca } = known
  const pair = pairMissing('tls', cert, key)
  if (ca === undefined || cert !== undefined || key !== undefined) return pair
  const needed = 'FILE where there is --tls-client-ca, which is nothing without it'
  return { 'tls-cert': needed, 'tls-key': needed }
}

/** What is missing of TLS to a backend, taken together. */
export function upstreamTlsMissing(known: Partial<UpstreamTlsSettings>): Missing {
  return pairMissing('upstream', known['upstream-cert'], known['upstream-key'])
}

function pairMissing(
  side: 'tls' | 'upstream',
  cert: PemFile | undefined,
  key: PemFile | undefined,
): Missing {
  if (cert === undefined && key === undefined) return {}
  if (cert === undefined) return { [`${side}-cert`]: `FILE where there is --${side}-key` }
  if (key === undefined) return { [`${side}-key`]: `FILE where there is --${side}-cert` }
  const flaw = flawOfPair(cert, key)
  return flaw === null ? {} : { [`${side}-key`]: flaw }
}

export function upstreamTls(settings: UpstreamTlsSettings): UpstreamTls {
  return {
    verification: settings['upstream-tls'],
    ca: settings['upstream-ca']?.pem,
    cert: settings['upstream-cert']?.pem,
    key: settings['upstream-key']?.pem,
    serverName: settings['upstream-server-name'],
  }
}

/** What is to be said at the start, a line each. */
export function upstreamTlsWarnings(settings: UpstreamTlsSettings, target: URL): string[] {
  if (target.protocol !== 'https:') return []
  const cert = settings['upstream-cert']
  const flaw = cert === undefined ? null : flawOfDates(cert)
  return [
    ...(settings['upstream-tls'] === 'insecure' ? [insecure(target)] : []),
    ...(flaw === null ? [] : [`WARNING: --upstream-cert: ${flaw}`]),
  ]
}

function insecure({ origin }: URL): string {
  return (
    `WARNING: --upstream-tls insecure: nobody checks that ${origin} is who it says; ` +
    'whoever is between can read and change everything'
  )
}

/** A DNS name; RFC 6066 section 3 allows no address. */
function serverName(help: string): Setting<string> {
  const parse = (given: string) => {
    if (/^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(given) && !/^[\d.]+$/.test(given)) {
      return given
    }
    throw new RangeError(`expected a DNS name such as backend.internal, no address, got '${given}'`)
  }
  return { expects: 'NAME', help, parse }
}

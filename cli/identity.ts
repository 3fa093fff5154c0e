import type { Say } from '../telemetry/log.ts'
import { messageOf } from '../journal/problem.ts'
import type { RenewableIdentity, ServerIdentity } from '../proxy/server.ts'
import type { Surroundings } from './command.ts'
import { firstCertificate, flawOfDates, type PemFile } from './pem-file.ts'
import { parseSettings } from './settings.ts'
import { clientTlsMissing, clientTlsSettings, type ClientTlsSettings } from './tls-settings.ts'

/**
 * Who the proxy is to its clients, or undefined where it speaks plain HTTP. At each SIGHUP the files
 * are read again; what cannot be used is said, and changes nothing.
 */
export function renewableIdentity(
  settings: ClientTlsSettings,
  { onHangUp }: Pick<Surroundings, 'onHangUp'>,
  log: Say,
): RenewableIdentity | undefined {
  const first = identityOf(settings)
  if (first === undefined) return undefined
  const takers = new Set<(identity: ServerIdentity) => void>()
  const identity: RenewableIdentity = {
    current: first,
    onRenewal: (take) => void takers.add(take),
  }
  warnOfDates(settings, log)
  onHangUp(() => {
    try {
      const renewed = readAgain(settings)
      identity.current = identityOf(renewed)!
      for (const take of takers) take(identity.current)
      log(`SIGHUP: new connections get ${described(renewed['tls-cert']!)}`, 'info')
      warnOfDates(renewed, log)
    } catch (error) {
      const why = messageOf(error).replaceAll(/\n\s*/g, '; ')
      log(`SIGHUP: the TLS files cannot be used, the old ones stay in use: ${why}`, 'error')
    }
  })
  return identity
}

function identityOf(settings: ClientTlsSettings): ServerIdentity | undefined {
  const { 'tls-cert': cert, 'tls-key': key, 'tls-client-ca': clientCa } = settings
  if (cert === undefined || key === undefined) return undefined
  return { cert: cert.pem, key: key.pem, clientCa: clientCa?.pem }
}

/** As at the start, with the same checks. Throws the Problem that names all that is wrong. */
function readAgain(settings: ClientTlsSettings): ClientTlsSettings {
  const names = Object.keys(clientTlsSettings) as (keyof ClientTlsSettings)[]
  const argv = names.flatMap((name) => {
    const given = settings[name]
    return given === undefined ? [] : [`--${name}=${given.file}`]
  })
  return parseSettings(clientTlsSettings, { argv, env: {} }, clientTlsMissing)
}

function warnOfDates(settings: ClientTlsSettings, log: Say): void {
  const flaw = flawOfDates(settings['tls-cert']!)
  if (flaw !== null) log(`WARNING: --tls-cert: ${flaw}; clients will turn away`)
}

function described(certificate: PemFile): string {
  const { subject, serialNumber, validTo } = firstCertificate(certificate)
  const name = subject === undefined ? '' : ` of ${subject.replaceAll('\n', ', ')}`
  return `the certificate ${serialNumber}${name}, valid until ${validTo}`
}

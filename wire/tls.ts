import { createSecureContext, type ConnectionOptions, type SecureVersion } from 'node:tls'

/** How an https:// upstream is told from an impostor, and who we are to it. */
export interface UpstreamTls {
  /** `insecure` takes any certificate from anybody. */
  verification: 'verify' | 'insecure'
  /** PEM of those whose signature counts, in place of the list that Node brings. */
  ca?: string | undefined
  /** PEM of our own certificate, for an upstream that asks for one, and of its key. */
  cert?: string | undefined
  key?: string | undefined
  /**
   * The name that is asked for (SNI, RFC 6066 section 3) and that the certificate must be for;
   * without one, the host of the origin. No address.
   */
  serverName?: string | undefined
}

export const VERIFIED: UpstreamTls = { verification: 'verify' }

/** Of either side; RFC 8996 forbids what came before. */
export const OLDEST_TLS: SecureVersion = 'TLSv1.2'

/**
 * What a connection needs for it. One context for all its connections: a list of authorities takes
 * milliseconds to parse.
 * Throws the error of OpenSSL where certificate and key do not go together.
 */
export function tlsOptions({
  verification,
  serverName,
  ca,
  cert,
  key,
}: UpstreamTls): ConnectionOptions {
  return {
    secureContext: createSecureContext({ minVersion: OLDEST_TLS, ca, cert, key }),
    rejectUnauthorized: verification === 'verify',
    ...(serverName !== undefined && { servername: serverName }),
  }
}

import net, { type LookupFunction, type Socket } from 'node:net'
import tls, { type ConnectionOptions } from 'node:tls'
import { tlsOptions, VERIFIED, type UpstreamTls } from './tls.ts'

/** Opens connections to an origin. What is written to one before it is there waits for it. */
export type Connect = () => Socket

/** The event of a socket by which it is there: before it, nothing was sent. */
export function readyEvent(socket: Socket): 'connect' | 'secureConnect' {
  return 'encrypted' in socket ? 'secureConnect' : 'connect'
}

/** Whether it is there. */
export function isReady(socket: Socket): boolean {
  const { alpnProtocol } = socket as Partial<tls.TLSSocket>
  return 'encrypted' in socket ? alpnProtocol !== null : !socket.connecting
}

/** What is offered in a handshake (ALPN, RFC 7301), the best first. */
export type Protocols = readonly ('h2' | 'http/1.1')[]

/**
 * Connections to the scheme, host and port of an origin. Certificates are verified unless `upstream`
 * says otherwise, whatever the environment (NODE_TLS_REJECT_UNAUTHORIZED) says. `lookup` says which
 * addresses a name has; an address is connected to as it is.
 * Throws the error of OpenSSL where a certificate and its key do not go together.
 */
export function connectTo(
  origin: URL,
  upstream: UpstreamTls = VERIFIED,
  protocols: Protocols = ['http/1.1'],
  lookup?: LookupFunction,
): Connect {
  const host = origin.hostname.replace(/^\[|\]$/g, '')
  const isSecure = origin.protocol === 'https:'
  const port = origin.port === '' ? (isSecure ? 443 : 80) : Number(origin.port)
  const to = {
    ...{ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBED_AFTER },
    ...(lookup && { lookup }),
  }
  if (!isSecure) return () => net.connect(to)
  const options: ConnectionOptions = {
    ...to,
    ...(net.isIP(host) === 0 && { servername: host }),
    ...tlsOptions(upstream),
    ALPNProtocols: [...protocols],
  }
  let session: Buffer | undefined
  return () => {
    const socket = tls.connect({ ...options, session })
    // The next handshake is shorter (RFC 8446 section 2.2).
    socket.on('session', (latest) => (session = latest))
    socket.on('error', () => (session = undefined))
    return socket
  }
}

/** How long a connection says nothing before the system asks whether the other side is there, in ms. */
const PROBED_AFTER = 60_000

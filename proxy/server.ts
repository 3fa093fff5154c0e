import net from 'node:net'
import tls from 'node:tls'
import { OLDEST_TLS } from '../wire/tls.ts'

// The server that clients connect to, and who it is to them.

/** Who the proxy is to its clients, and whom it lets in. All PEM. */
export interface ServerIdentity {
  /** Its certificate, and those between it and an authority that clients know. */
  cert: string
  key: string
  /** Who signs the certificates that clients must show; without it they show none. */
  clientCa?: string | undefined
}

/** An identity that may be replaced while it is in use; whether clients must show one stays. */
export interface RenewableIdentity {
  current: ServerIdentity
  /** Calls back with each that takes its place. */
  onRenewal(take: (identity: ServerIdentity) => void): void
}

/** How long a client may take for its handshake, in ms. */
const HANDSHAKE = 10_000

/** Of the connections on both sides. */
export interface ConnectionOptions {
  /** Bytes of a head at most, of a request and of an answer. */
  maxHead: number
  /** How long a client may take to send a head, in ms. */
  headTimeout: number
  /** How long a client's connection is kept when nothing comes on it, and the upstream's, in ms. */
  keepAlive: number
  upstreamKeepAlive: number
  /** Whether clients may speak HTTP/2. */
  http2: 'on' | 'off'
}

/**
 * With TLS where there is an identity; `accept` gets each connection when its handshake is over.
 * Throws the error of OpenSSL where the identity cannot be used.
 */
export function createServer(
  { http2 }: Pick<ConnectionOptions, 'http2'>,
  identity: RenewableIdentity | undefined,
  accept: (socket: net.Socket) => void,
): net.Server {
  // The end of what a client sends is ours to see, and not yet the end of what it gets.
  if (identity === undefined)
    return net.createServer({ noDelay: true, allowHalfOpen: true }, accept)
  const server = tls.createServer({
    ...contextOf(identity.current),
    noDelay: true,
    ALPNProtocols: http2 === 'on' ? ['h2', 'http/1.1'] : ['http/1.1'],
    requestCert: identity.current.clientCa !== undefined,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE,
  })
  server.on('secureConnection', (socket) => {
    // Before, the end of a client is the end of its handshake.
    socket.allowHalfOpen = true
    accept(socket)
  })
  // Connections that are open keep what they began with.
  identity.onRenewal((renewed) => server.setSecureContext(contextOf(renewed)))
  return server
}

function contextOf({ cert, key, clientCa }: ServerIdentity) {
  return { cert, key, minVersion: OLDEST_TLS, ...(clientCa !== undefined && { ca: clientCa }) }
}

import http from 'node:http'
import https from 'node:https'
import { ExactResponse } from '../wire/response.ts'
import { OLDEST_TLS } from '../wire/tls.ts'
import { IncomingRequest } from './screening.ts'

// The server that clients connect to: its limits, and who it is to them.

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

/** For HTTPS where there is an identity; throws the error of OpenSSL where that cannot be used. */
export function createServer(
  connections: ConnectionOptions,
  identity: RenewableIdentity | undefined,
): http.Server | https.Server {
  const options = httpOptions(connections)
  const server =
    identity === undefined
      ? http.createServer(options)
      : secureServer(options, identity, connections.http2)
  // node:http drops what comes after a thousand fields in silence; the size of a head is bounded.
  server.maxHeadersCount = 0
  return server
}

function httpOptions({ maxHead, headTimeout, keepAlive }: ConnectionOptions) {
  return {
    IncomingMessage: IncomingRequest,
    ServerResponse: ExactResponse,
    maxHeaderSize: maxHead,
    keepAliveTimeout: keepAlive,
    headersTimeout: headTimeout,
    connectionsCheckingInterval: Math.min(headTimeout / 2, 5_000),
    requestTimeout: 0,
    noDelay: true,
    joinDuplicateHeaders: false,
    requireHostHeader: false,
  }
}

function secureServer(
  options: ReturnType<typeof httpOptions>,
  identity: RenewableIdentity,
  http2: ConnectionOptions['http2'],
): https.Server {
  const server = https.createServer({
    ...options,
    ...contextOf(identity.current),
    ALPNProtocols: http2 === 'on' ? ['h2', 'http/1.1'] : ['http/1.1'],
    requestCert: identity.current.clientCa !== undefined,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE,
  })
  // As node:http has it without TLS; before, the end of a client is the end of its handshake.
  server.on('secureConnection', (socket) => (socket.allowHalfOpen = true))
  // Connections that are open keep what they began with.
  identity.onRenewal((renewed) => server.setSecureContext(contextOf(renewed)))
  return server
}

function contextOf({ cert, key, clientCa }: ServerIdentity) {
  return { cert, key, minVersion: OLDEST_TLS, ...(clientCa !== undefined && { ca: clientCa }) }
}

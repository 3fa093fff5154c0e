import type { LookupFunction } from 'node:net'
import type { Client } from './client.ts'
import { ClientByVersion } from './client-by-version.ts'
import type { ConnectionCheck } from './connection-check.ts'
import { connectTo, type Connect, type Protocols } from './connect.ts'
import { Http1Client } from './http1-client.ts'
import { Http2Client } from './http2-client.ts'
import type { UpstreamTls } from './tls.ts'

/**
 * Whether an upstream is spoken to in HTTP/2. `auto`: a request that came by it goes by it, to an
 * https:// upstream that chooses it in the handshake; all else goes by HTTP/1.1. `on`: every request
 * does, without asking; only WebSocket goes by HTTP/1.1, which alone has it.
 */
export type UpstreamHttp2 = 'off' | 'auto' | 'on'

export interface ClientOptions {
  /** How long it may take until a connection is there, in ms. Default: as long as the system takes. */
  connectTimeout?: number
  /** How long a connection is kept on which nothing is sent, in ms. Default: 30,000. */
  keepAlive?: number
  /** Bytes of an answer's head at most. Default: 64 KiB. */
  maxHead?: number
  /** For an origin of https; without it, its certificate is verified and it gets none of ours. */
  tls?: UpstreamTls
  /** Default: auto. */
  http2?: UpstreamHttp2
  /** Which addresses the name of the origin has, at each connection. Default: what the system says. */
  lookup?: LookupFunction
  /** What is asked on each new connection; HTTP/1.1 alone has it, so nothing goes by HTTP/2 then. Default: nothing. */
  check?: ConnectionCheck
  /** Looks on while connections are opened. */
  watch?: (connect: Connect) => Connect
}

/** A client of an origin: its scheme, host and port. Throws the error of OpenSSL as `connectTo` does. */
export function openClient(origin: URL, options: ClientOptions = {}): Client {
  const http2 = options.check === undefined ? (options.http2 ?? 'auto') : 'off'
  const limits = {
    connectTimeout: options.connectTimeout ?? Infinity,
    keepAlive: options.keepAlive ?? 30_000,
    maxHead: options.maxHead ?? 64 * 1024,
    ...(options.check && { check: options.check }),
  }
  const connecting = (protocols: Protocols) => {
    const connect = connectTo(origin, options.tls, protocols, options.lookup)
    return { connect: options.watch?.(connect) ?? connect, ...limits }
  }
  const http1 = new Http1Client(connecting(['http/1.1']))
  if (http2 === 'off' || (http2 === 'auto' && origin.protocol !== 'https:')) return http1
  if (http2 === 'on') {
    const only = new Http2Client({ origin, ...connecting(['h2']), otherwise: null })
    return new ClientByVersion({ http1, http2: only }, 'http2')
  }
  const chosen = connecting(['h2', 'http/1.1'])
  // Connections of its own, or HTTP/2 would not be asked for while one of HTTP/1.1 is free.
  const negotiated = new Http2Client({ origin, ...chosen, otherwise: new Http1Client(chosen) })
  return new ClientByVersion({ http1, http2: negotiated }, 'as it came')
}

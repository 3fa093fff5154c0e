import type { Client } from './client.ts'
import { connectTo, type Connect } from './connect.ts'
import { Http1Client } from './http1-client.ts'
import type { UpstreamTls } from './tls.ts'

export interface ClientOptions {
  /** How long it may take until a connection is there, in ms. Default: as long as the system takes. */
  connectTimeout?: number
  /** How long a connection is kept on which nothing is sent, in ms. Default: 30,000. */
  keepAlive?: number
  /** Bytes of an answer's head at most. Default: 64 KiB. */
  maxHead?: number
  /** For an origin of https; without it, its certificate is verified and it gets none of ours. */
  tls?: UpstreamTls
  /** Looks on while connections are opened. */
  watch?: (connect: Connect) => Connect
}

/** A client of an origin: its scheme, host and port. Throws the error of OpenSSL as `connectTo` does. */
export function openClient(origin: URL, options: ClientOptions = {}): Client {
  const connect = connectTo(origin, options.tls)
  return new Http1Client({
    connect: options.watch?.(connect) ?? connect,
    connectTimeout: options.connectTimeout ?? Infinity,
    keepAlive: options.keepAlive ?? 30_000,
    maxHead: options.maxHead ?? 64 * 1024,
  })
}

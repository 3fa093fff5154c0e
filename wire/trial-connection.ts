import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { readyEvent, type Connect } from './connect.ts'

/** A connection that was made to see whether it can be. */
export interface TrialConnection {
  /** Of the other side, with its port. */
  address: string
  /** What the handshake came to; null: there is no TLS. */
  tls: {
    /** `TLSv1.3`. */
    version: string
    /** What the other side chose of what was offered (ALPN), or null. */
    protocol: string | null
    /** When its certificate runs out; NaN where that is not known. */
    validTo: Date
  } | null
}

/** Connects, looks, and leaves. Rejects with the error of the system or of OpenSSL, or an AbortError. */
export async function tryConnection(
  connect: Connect,
  timeout: number,
  signal: AbortSignal,
): Promise<TrialConnection> {
  const socket = connect()
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    await once(socket, readyEvent(socket), { signal: limited })
    return { address: addressOf(socket), tls: 'encrypted' in socket ? told(socket) : null }
  } finally {
    // What comes after this is nobody's concern.
    socket.on('error', () => {})
    socket.destroy()
  }
}

function addressOf({ remoteAddress = 'unknown', remotePort = 0 }: Socket): string {
  return remoteAddress.includes(':')
    ? `[${remoteAddress}]:${remotePort}`
    : `${remoteAddress}:${remotePort}`
}

function told(socket: Socket): TrialConnection['tls'] {
  const secure = socket as TLSSocket
  return {
    version: secure.getProtocol() ?? 'TLS',
    protocol: secure.alpnProtocol === false ? null : secure.alpnProtocol,
    validTo: new Date(secure.getPeerCertificate().valid_to),
  }
}

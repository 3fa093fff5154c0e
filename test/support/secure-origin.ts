import { once } from 'node:events'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'

/** A request as an origin of https saw it. */
export interface SecurelySeen {
  target: string
  /** The name that was asked for, or null. */
  serverName: string | null
  /** Of the client's certificate, such as `CN=proxy`, or null. */
  client: string | null
}

export interface SecureOrigin {
  server: https.Server
  seen: SecurelySeen[]
  /** By the name `localhost`. */
  target: URL
}

/** Answers everything with `ok`; closed after the test. */
export async function startSecureOrigin(options: https.ServerOptions): Promise<SecureOrigin> {
  const seen: SecurelySeen[] = []
  const server = https.createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket
    seen.push({
      target: request.url!,
      serverName: (socket as { servername?: string | false }).servername || null,
      client: socket.getPeerX509Certificate()?.subject ?? null,
    })
    response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    server,
    seen,
    target: new URL(`https://localhost:${(server.address() as AddressInfo).port}`),
  }
}

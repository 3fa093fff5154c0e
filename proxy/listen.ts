import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** Listens and answers the address as a URL; rejects with the error of the system call. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const scheme = server instanceof TlsServer ? 'https' : 'http'
  return `${scheme}://${name}:${address.port}`
}

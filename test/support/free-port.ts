import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'

// Ports that stay a test's own while nobody listens on them, which others would be given otherwise: those who ask
// the system for any port (0) get none of these, and each process of tests has its own, which it takes in turn.

const EACH = 1_800
const FIRST = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 7) * EACH
let taken = randomInt(EACH)

/** A port that nobody listens on, for what takes one later, or again. */
export async function freePort(): Promise<number> {
  const server = net.createServer()
  const port = await listenOnFreePort(server)
  server.close()
  await once(server, 'close')
  return port
}

/** Listens on a port that nobody else takes when it was closed: it can be opened again. */
export async function listenOnFreePort(server: net.Server): Promise<number> {
  for (;;) {
    const port = FIRST + (taken++ % EACH)
    try {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

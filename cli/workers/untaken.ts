import type { Worker } from 'node:cluster'

/** What node:cluster hands out: a connection nobody has read from. */
interface Handle {
  close(): void
}

/**
 * Closes the connection that a worker was handed and had not taken when it died. node:cluster hands
 * it the next one only when it took the last, and forgets that one with the worker, so that its client
 * would wait for ever. What was taken the primary has closed already, and a second time is nothing.
 */
export function closeUntaken(worker: Worker): void {
  const child = worker.process
  const send = child.send.bind(child) as (...args: unknown[]) => boolean
  let last: Handle | null = null
  child.send = (message: unknown, ...rest: unknown[]) => {
    // Its own words go through here too; there is no other place to see them.
    if ((message as { act?: unknown }).act === 'newconn') last = rest[0] as Handle
    return send(message, ...rest)
  }
  child.once('exit', (code, signal) => {
    // One that ends in order gives back what it does not take, and another one may have it by now.
    if (code !== 0 || signal !== null) last?.close()
  })
}

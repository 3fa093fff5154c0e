import { connect } from 'node:net'
import type { Setting } from '../settings.ts'
import { parseUrl } from '../values.ts'

/** By what a command shows that it can be tested: its port is open, or a URL is answered below 400. */
export type Ready = { kind: 'port'; url: URL } | { kind: 'url'; url: URL }

export function readiness(help: string): Setting<Ready> {
  return { expects: 'PORT or http://HOST:PORT/PATH', help, parse: parseReady }
}

function parseReady(text: string): Ready {
  if (!/^\d+$/.test(text)) return { kind: 'url', url: parseUrl(text) }
  const port = Number(text)
  if (port < 1 || port > 65_535) throw new RangeError(`expected a port from 1, got '${text}'`)
  return { kind: 'port', url: new URL(`http://127.0.0.1:${port}`) }
}

/** Whether it is ready; why it is not is nobody's business before its time is over. */
export async function isReady(ready: Ready, signal: AbortSignal): Promise<boolean> {
  if (ready.kind === 'port') return isOpen(ready.url)
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(2_000)])
    const { status, body } = await fetch(ready.url, { signal: within, redirect: 'manual' })
    await body?.cancel()
    return status < 400
  } catch {
    return false
  }
}

/** Whether somebody listens there. */
export async function isOpen({ hostname, port, protocol }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(2_000, () => end(false))
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
  })
}

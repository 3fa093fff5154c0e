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

/** Why it is not ready; null: it is. */
export async function unreadiness(ready: Ready, signal: AbortSignal): Promise<string | null> {
  if (ready.kind === 'port')
    return (await isOpen(ready.url)) ? null : `${ready.url.host} is not open`
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(2_000)])
    const { status, body } = await fetch(ready.url, { signal: within, redirect: 'manual' })
    await body?.cancel()
    return status < 400 ? null : `${ready.url.href} answers ${status}`
  } catch {
    return `${ready.url.href} does not answer`
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

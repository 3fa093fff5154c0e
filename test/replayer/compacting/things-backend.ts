import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ThingsBackend {
  url: string
  /** Requests that changed something. */
  changed: number
  state(): unknown
}

/**
 * A backend that forgets, on a port of its own: things with ids from `first` on, which a PUT replaces, a
 * PATCH adds to, and a DELETE removes; `/state` shows all of them. `broken`: a PUT adds to what was there.
 */
export async function startThings(
  first = 1,
  puts: 'replace' | 'broken' = 'replace',
): Promise<ThingsBackend> {
  const things = new Map<string, Record<string, unknown>>()
  let made = 0
  const answerTo = (method: string, path: string, said: Record<string, unknown>) => {
    const id = path.split('/')[2]
    if (path === '/state') return [200, { things: [...things.values()] }] as const
    if (method === 'GET') return [404, { error: 'there is none' }] as const
    backend.changed++
    if (id === undefined) {
      const id = String(first + made++)
      things.set(id, { id: Number(id), ...said })
      return [201, things.get(id)!, ['Location', `/things/${id}`]] as const
    }
    const thing = things.get(id)
    if (thing === undefined) return [404, { error: 'there is none' }] as const
    if (method === 'DELETE') {
      things.delete(id)
      return [204, null] as const
    }
    const isAdded = method === 'PATCH' || puts === 'broken'
    things.set(id, { ...(isAdded ? thing : {}), id: Number(id), ...said })
    return [200, things.get(id)!] as const
  }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const said = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
      const [status, shown, fields = []] = answerTo(request.method!, request.url!, said)
      const text = shown === null ? undefined : JSON.stringify(shown)
      const type = text === undefined ? [] : ['Content-Type', 'application/json']
      response.writeHead(status, [...type, ...fields]).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  const backend: ThingsBackend = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changed: 0,
    state: () => [...things.values()],
  }
  return backend
}

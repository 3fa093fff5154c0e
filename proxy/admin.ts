import http, { type ServerResponse } from 'node:http'
import { messageOf } from '../journal/problem.ts'
import { listen } from './listen.ts'
import { recorderMetrics } from './metrics.ts'
import type { RunningProxy } from './proxy.ts'

export interface AdminOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  stream: string
  proxy: RunningProxy
}

export interface RunningAdmin {
  url: string
  close(): Promise<void>
}

/**
 * The recorder's own port, apart from the one that clients use:
 *
 *   GET /health    how the recorder is, as JSON; 503 while mutations are refused
 *   GET /metrics   the sum and what waits, for Prometheus
 *
 * It shows no recorded request. Rejects with the error of the system call.
 */
export async function startAdmin(options: AdminOptions): Promise<RunningAdmin> {
  const { proxy, stream } = options
  const metrics = recorderMetrics(proxy, { stream })
  const server = http.createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response, 405, { error: 'expected GET' })
    } else if (path === '/health') {
      const health = proxy.health()
      const body = { ...(health ?? { state: 'ok' }), stream, counts: proxy.counts }
      sendJson(response, health?.state === 'refusing' ? 503 : 200, body)
    } else if (path === '/metrics') {
      metrics.metrics().then(
        (text) => send(response, 200, metrics.contentType, text),
        (error: unknown) => sendJson(response, 500, { error: messageOf(error) }),
      )
    } else sendJson(response, 404, { error: 'expected /health or /metrics' })
  })
  const url = await listen(server, options.host, options.port)
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', `${JSON.stringify(body)}\n`)
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  response.end(text)
}

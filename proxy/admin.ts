import http, { type ServerResponse } from 'node:http'
import { messageOf } from '../journal/problem.ts'
import { listen } from './listen.ts'
import { recorderMetrics } from './metrics.ts'
import type { RunningProxy } from './proxy.ts'

export interface AdminOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  source: AdminSource
}

/** Who tells what is shown, whenever somebody looks. */
export interface AdminSource {
  /** `refuses`: mutations are not let in. */
  health(): Promise<{ refuses: boolean; body: object }>
  metrics(): Promise<{ contentType: string; text: string }>
}

export interface RunningAdmin {
  url: string
  close(): Promise<void>
}

/** Of one recorder. */
export async function adminSource(proxy: RunningProxy, stream: string): Promise<AdminSource> {
  const metrics = await recorderMetrics(proxy, { stream })
  return {
    health() {
      const health = proxy.health()
      return Promise.resolve({
        refuses: health?.state === 'refusing',
        body: { ...(health ?? { state: 'ok' }), stream, counts: proxy.counts },
      })
    },
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.metrics() }),
  }
}

/**
 * The recorder's own port, apart from the one that clients use:
 *
 *   GET /health    how the recorder is, as JSON; 503 while mutations are refused
 *   GET /metrics   the sum and what waits, for Prometheus
 *
 * It shows no recorded request. Rejects with the error of the system call.
 */
export async function startAdmin({ host, port, source }: AdminOptions): Promise<RunningAdmin> {
  const server = http.createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]
    const fail = (error: unknown) => sendJson(response, 500, { error: messageOf(error) })
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response, 405, { error: 'expected GET' })
    } else if (path === '/health') {
      source
        .health()
        .then(({ refuses, body }) => sendJson(response, refuses ? 503 : 200, body), fail)
    } else if (path === '/metrics') {
      source.metrics().then(({ contentType, text }) => send(response, 200, contentType, text), fail)
    } else sendJson(response, 404, { error: 'expected /health or /metrics' })
  })
  const url = await listen(server, host, port)
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

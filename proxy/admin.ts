import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { messageOf } from '../journal/problem.ts'
import { exposition } from '../telemetry/exposition.ts'
import type { Family } from '../telemetry/family.ts'
import { answerLoss, EPOCHS_PATH, type Lose } from './losing.ts'
import { listen } from './listen.ts'
import { proxyMetrics } from './metrics.ts'
import type { RunningProxy } from './proxy.ts'
import { readiness, recorderChecks, type Check, type Readiness } from './readiness.ts'

export interface AdminOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Asked at each request: how a proxy is told changes from its start to its end. */
  source: () => AdminSource
  /** Who is told that the backend lost its state; null: nobody wants to know. Default: nobody. */
  lose?: () => Lose | null
}

/** Who tells what is shown, whenever somebody looks. */
export interface AdminSource {
  /** `refuses`: mutations are not let in. */
  health(): Promise<{ refuses: boolean; body: object }>
  readiness(): Promise<Readiness>
  metrics(): Promise<Family[]>
}

export interface RunningAdmin {
  url: string
  close(): Promise<void>
}

export interface ProxySourceOptions {
  stream: string
  version: string
  upstream: () => Promise<Check>
}

/** Of one recorder. */
export function adminSource(
  proxy: RunningProxy,
  { stream, version, upstream }: ProxySourceOptions,
): AdminSource {
  return {
    health() {
      const health = proxy.health()
      return Promise.resolve({
        refuses: health?.state === 'refusing',
        body: { ...(health ?? { state: 'ok' }), stream, counts: proxy.counts },
      })
    },
    readiness: async () => readiness([...recorderChecks(proxy.health()), await upstream()]),
    metrics: proxyMetrics(proxy, { stream }, version),
  }
}

/** Of a proxy that does not serve yet. */
export function startingSource(check: () => Check, metrics: AdminSource['metrics']): AdminSource {
  return {
    health: () => Promise.resolve({ refuses: true, body: { state: 'starting' } }),
    readiness: () => Promise.resolve(readiness([check()])),
    metrics,
  }
}

/**
 * The recorder's own port, apart from the one that clients use:
 *
 *   GET /healthz   200 as long as the process answers
 *   GET /readyz    503 while no requests should be sent to the proxy, and what is not ready
 *   GET /health    how the recorder is, as JSON; 503 while mutations are refused
 *   GET /metrics   the sum and what waits, for Prometheus
 *   POST /admin/v1/epochs   see losing.ts
 *
 * It shows no recorded request. Rejects with the error of the system call.
 */
export async function startAdmin(options: AdminOptions): Promise<RunningAdmin> {
  const { host, port, source, lose = () => null } = options
  const server = http.createServer((request, response) => {
    if (pathOf(request) === EPOCHS_PATH) {
      void answerLoss(lose(), request).then(({ status, body, fields }) =>
        sendJson(response, status, body, fields),
      )
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response, 405, { error: 'expected GET' })
      return
    }
    answer(source(), request, response).catch((error: unknown) =>
      sendJson(response, 500, { error: messageOf(error) }),
    )
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

async function answer(
  source: AdminSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (pathOf(request)) {
    case '/healthz':
      sendJson(response, 200, { status: 'ok' })
      return
    case '/readyz': {
      const { isReady, checks } = await source.readiness()
      sendJson(response, isReady ? 200 : 503, { ready: isReady, checks })
      return
    }
    case '/health': {
      const { refuses, body } = await source.health()
      sendJson(response, refuses ? 503 : 200, body)
      return
    }
    case '/metrics': {
      const { contentType, text } = exposition(await source.metrics(), request.headers.accept)
      send(response, 200, contentType, text)
      return
    }
    default:
      sendJson(response, 404, { error: 'expected /healthz, /readyz, /health or /metrics' })
  }
}

function pathOf(request: IncomingMessage): string {
  return request.url!.split('?', 1)[0]!
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  fields: Record<string, string> = {},
): void {
  send(response, status, 'application/json', `${JSON.stringify(body)}\n`, fields)
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  fields: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...fields })
  response.end(text)
}

import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  createTraceState,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Tracer,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { setTimeout as delay } from 'node:timers/promises'
import { pathOf, type Exchanged, type TellExchanged } from './exchanged.ts'
import { traceParent } from './request-id.ts'
import type { TracedAttempt, TraceRun } from './traced-run.ts'

// Loaded only where an exporter is configured: see cli/tracing.ts.

export interface SpanOptions {
  /** Of the collector; spans go to /v1/traces under it. */
  endpoint: string
  version: string
  attributes: Attributes
}

export interface Spans {
  tell: TellExchanged
  /** A span for a replay, and one in it for each request. */
  traceRun: TraceRun
  /** Hands over what waits; rejects where the collector does not take it in time. */
  close(): Promise<void>
}

/**
 * A span for each exchange, the child of the one that its traceparent names. The backend's is another
 * child of that: what goes on is what came, and a traceparent is part of it.
 */
export function openSpans({ endpoint, version, attributes }: SpanOptions): Spans {
  const own = resourceFromAttributes({ 'service.name': 'reprise', 'service.version': version })
  // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say takes its place.
  const resource = own.merge(detectResources({ detectors: [envDetector] }))
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: PATIENCE })
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  const tracer = provider.getTracer('reprise', version)
  return {
    tell(exchanged) {
      const { method, beganAt, duration, status, end } = exchanged
      const span = tracer.startSpan(
        method,
        {
          kind: SpanKind.SERVER,
          startTime: beganAt,
          attributes: { ...attributes, ...attributesOf(exchanged) },
        },
        parentOf(exchanged),
      )
      const isFailure = status === null || status >= 500 || end === 'cut'
      if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end(beganAt + duration)
    },
    traceRun: (run) => traceRun(tracer, run),
    close: () => Promise.race([provider.shutdown(), late()]),
  }
}

/**
 * A replay begins a trace of its own. Its requests are sent as they were recorded, and a traceparent is part
 * of them: so what the backend says of one is in the trace of the recording, to which its span has a link.
 */
function traceRun(
  tracer: Tracer,
  { id, stream, target }: Parameters<TraceRun>[0],
): ReturnType<TraceRun> {
  const of = { 'reprise.stream': stream, 'reprise.run': id }
  const { hostname, port } = new URL(target)
  const server = { 'server.address': hostname, ...(port !== '' && { 'server.port': Number(port) }) }
  const whole = tracer.startSpan('replay', { attributes: { ...of, ...server } }, ROOT_CONTEXT)
  const inside = trace.setSpan(ROOT_CONTEXT, whole)
  return {
    attempt(attempt) {
      const { method, beganAt, endedAt, outcome } = attempt
      const span = tracer.startSpan(
        method,
        {
          ...{ kind: SpanKind.CLIENT, startTime: beganAt, links: linksOf(attempt) },
          attributes: { ...of, ...server, ...attemptAttributes(attempt) },
        },
        inside,
      )
      if (outcome === 'failed' || outcome === 'in_doubt') {
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end(endedAt)
    },
    end(state) {
      whole.setAttribute('reprise.state', state)
      if (state !== 'done') whole.setStatus({ code: SpanStatusCode.ERROR })
      whole.end()
    },
  }
}

function linksOf({ traceparent }: TracedAttempt): Link[] {
  const recorded = traceParent(traceparent)
  if (recorded === undefined) return []
  const { trace: traceId, span: spanId, flags: traceFlags } = recorded
  return [{ context: { traceId, spanId, traceFlags, isRemote: true } }]
}

function attemptAttributes(attempt: TracedAttempt): Attributes {
  const { entry, position, outcome, method, target, status } = attempt
  return {
    ...{ 'reprise.entry': entry, 'reprise.position': position, 'reprise.outcome': outcome },
    ...{ 'http.request.method': method, 'url.path': pathOf(target) },
    ...(status !== null && { 'http.response.status_code': status }),
  }
}

/** How long the collector may take for what it is sent, with every try again, in ms. */
const PATIENCE = 2_000

/** How long it is waited for at the end, in ms. */
const CLOSING = 2_500

async function late(): Promise<never> {
  await delay(CLOSING, undefined, { ref: false })
  throw new Error('the collector does not take them')
}

function parentOf({ traceparent, tracestate }: Exchanged): Context {
  const parent = traceParent(traceparent)
  if (parent === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId: parent.trace, spanId: parent.span, traceFlags: parent.flags, isRemote: true },
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  })
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans */
function attributesOf({ method, target, protocol, client, status, end }: Exchanged): Attributes {
  return {
    'http.request.method': method,
    'url.path': pathOf(target),
    'network.protocol.version': protocol,
    ...(client !== undefined && { 'client.address': client }),
    ...(status !== null && { 'http.response.status_code': status }),
    ...(end === 'cut' && { 'error.type': status === null ? 'no_answer' : 'cut' }),
  }
}

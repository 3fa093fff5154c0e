import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  createTraceState,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { setTimeout as delay } from 'node:timers/promises'
import { pathOf, type Exchanged, type TellExchanged } from './exchanged.ts'
import { traceParent } from './request-id.ts'

// Loaded only where an exporter is configured: see cli/tracing.ts.

export interface SpanOptions {
  /** Of the collector; spans go to /v1/traces under it. */
  endpoint: string
  version: string
  attributes: Attributes
}

export interface Spans {
  tell: TellExchanged
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
    close: () => Promise.race([provider.shutdown(), late()]),
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

import type { PrometheusContentType, Registry } from 'prom-client'
import type { RunningProxy } from './proxy.ts'
import type { RecorderHealth } from './health.ts'

// The library is loaded where it is used: only a recorder with an admin port pays for it.

/** What tells a recorder's metrics from those of others: `worker` where several share a port. */
export type MetricLabels = { stream: string } | { stream: string; worker: string }

/** The metrics of a recorder, read when they are asked for. */
export async function recorderMetrics(
  proxy: RunningProxy,
  labels: MetricLabels,
): Promise<Registry> {
  const { Counter, Gauge, Registry, collectDefaultMetrics } = await import('prom-client')
  const registry = new Registry()
  registry.setDefaultLabels(labels)
  collectDefaultMetrics({ register: registry })
  const { counts } = proxy
  if (counts === null) return registry

  const counter = (name: string, help: string, value: () => number) =>
    registry.registerMetric(
      new Counter({
        ...{ name, help, registers: [] },
        collect() {
          this.reset()
          this.inc(value())
        },
      }),
    )
  const gauge = (name: string, help: string, value: (health: RecorderHealth) => number) =>
    registry.registerMetric(
      new Gauge({
        ...{ name, help, registers: [] },
        collect() {
          this.set(value(proxy.health()!))
        },
      }),
    )
  counter('reprise_forwarded_total', 'Mutations that were given a number.', () => counts.forwarded)
  counter('reprise_recorded_total', 'Of those, recorded.', () => counts.recorded)
  counter('reprise_in_doubt_total', 'Of those, recorded as in doubt.', () => counts.inDoubt)
  counter('reprise_context_total', 'Of the recorded, context.', () => counts.context)
  counter('reprise_lost_total', 'Of those, lost.', () => counts.lost)
  counter('reprise_refused_total', 'Mutations answered 503: not recordable.', () => counts.refused)
  counter('reprise_truncated_total', 'Entries with a body cut short.', () => counts.truncated)
  counter(
    'reprise_context_skipped_total',
    'Reads and refusals not recorded at once: more than --context-limit a minute.',
    () => counts.contextSkipped,
  )
  gauge('reprise_spool_records', 'Records in the spool.', ({ spool }) => spool?.records ?? 0)
  gauge('reprise_spool_bytes', 'Bytes in the spool.', ({ spool }) => spool?.bytes ?? 0)
  gauge('reprise_spool_limit_bytes', 'Its limit.', ({ spool }) => spool?.limit ?? 0)
  gauge('reprise_waiting_records', 'Records that wait in memory.', ({ waiting }) => waiting)
  registry.registerMetric(
    new Counter({
      name: 'reprise_excluded_total',
      help: 'Of the forwarded mutations, left unrecorded, by reason.',
      labelNames: ['reason'],
      registers: [],
      collect() {
        this.reset()
        for (const [reason, n] of Object.entries(counts.excluded)) this.inc({ reason }, n)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'reprise_state',
      help: '1 for the state that the recorder is in.',
      labelNames: ['state'],
      registers: [],
      collect() {
        const now = proxy.health()?.state
        for (const state of STATES) this.set({ state }, state === now ? 1 : 0)
      },
    }),
  )
  return registry
}

/** The metrics of several workers, as their registries tell them (getMetricsAsJSON). */
export async function workerMetrics(
  stream: string,
  answers: ReadonlyMap<number, object[] | null>,
): Promise<Registry> {
  const { AggregatorRegistry, Gauge } = await import('prom-client')
  const told = [...answers.values()].filter((metrics) => metrics !== null)
  const registry = AggregatorRegistry.aggregate<PrometheusContentType>(told)
  registry.registerMetric(
    new Gauge({
      name: 'reprise_worker_up',
      help: '1 for a worker that answers, and has its part in all the rest.',
      labelNames: ['stream', 'worker'],
      registers: [],
      collect() {
        for (const [worker, metrics] of answers) {
          this.set({ stream, worker: String(worker) }, metrics === null ? 0 : 1)
        }
      },
    }),
  )
  return registry
}

const STATES: readonly RecorderHealth['state'][] = ['ok', 'spooling', 'refusing', 'degraded']

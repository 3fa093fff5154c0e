import {
  counter,
  gauge,
  histogram,
  labelled,
  merged,
  type Family,
  type Labels,
} from '../telemetry/family.ts'
import { buildInfo, processFigures } from '../telemetry/process-figures.ts'
import type { RecorderCounts } from './counts.ts'
import type { RecorderHealth } from './health.ts'
import type { LiveAliases } from './live/live-aliases.ts'
import { SHUT, type Gate } from './gate/gate.ts'
import type { Figures, RunningProxy } from './proxy.ts'
import type { Commits } from './commits.ts'
import type { Traffic } from './traffic.ts'

/** What tells a recorder's metrics from those of others: `worker` where several share a port. */
export type MetricLabels = { stream: string } | { stream: string; worker: string }

/** The metrics of a proxy's process, read when they are asked for. */
export function proxyMetrics(
  proxy: RunningProxy,
  labels: MetricLabels,
  version: string,
): () => Promise<Family[]> {
  const ofProcess = processFigures()
  return async () =>
    labelled(labels, [
      ...figureFamilies(proxy.figures),
      ...(proxy.counts === null ? [] : sumFamilies(proxy.counts)),
      ...healthFamilies(proxy.health()),
      ...(proxy.gate === null ? [] : gateFamilies(proxy.gate)),
      ...(proxy.live === null ? [] : liveFamilies(proxy.live)),
      buildInfo(version),
      ...(await ofProcess()),
    ])
}

/**
 * The metrics of several workers, each under its label: a sum of them that lost what a dead worker
 * had counted would look like a counter that began anew, and rates of it would be wrong.
 */
export function workerMetrics(
  stream: string,
  answers: ReadonlyMap<number, readonly Family[] | null>,
): Family[] {
  const up = [...answers].map(([worker, families]): [Labels, number] => [
    { stream, worker: String(worker) },
    families === null ? 0 : 1,
  ])
  const told = [...answers.values()].filter((families) => families !== null)
  return [
    ...merged(told),
    gauge(
      'reprise_worker_up',
      '1 for a worker that answers, and has its part in all the rest.',
      up,
    ),
  ]
}

function figureFamilies({ traffic, commits, connections }: Figures): Family[] {
  return [
    ...trafficFamilies(traffic),
    gauge('reprise_client_connections', 'Connections of clients that are open.', connections()),
    ...(commits === null ? [] : commitFamilies(commits)),
  ]
}

function gateFamilies({ shut, shutSeconds, held, turnedAway, detection }: Gate): Family[] {
  return [
    gauge(
      'reprise_gate_shut',
      '1 while clients are kept away from the backend for that reason.',
      SHUT.map((reason) => [{ reason }, reason === shut ? 1 : 0]),
    ),
    counter('reprise_gate_shut_seconds_total', 'For how long they were, in all.', shutSeconds),
    histogram(
      'reprise_gate_detection_seconds',
      'From the look before it to the notice that the backend lost its state: at most.',
      detection,
    ),
    gauge('reprise_gate_held_requests', 'Requests that wait to be let in.', held),
    counter('reprise_gate_turned_away_total', 'Requests that were answered 503 by it.', turnedAway),
  ]
}

function liveFamilies({ table, counts }: LiveAliases): Family[] {
  const { requests, answers, untouched } = counts
  return [
    gauge('reprise_live_aliases', 'Values of clients that are renamed.', table?.size ?? 0),
    counter('reprise_live_alias_requests_total', 'Requests in which some were.', requests),
    counter('reprise_live_alias_responses_total', 'Answers in which some were.', answers),
    counter(
      'reprise_live_alias_untouched_total',
      'Bodies that passed as they were, whole or in part, while there were aliases, by reason.',
      Object.entries(untouched).map(([reason, n]) => [{ reason }, n]),
    ),
  ]
}

function trafficFamilies(traffic: Traffic): Family[] {
  return [
    counter(
      'reprise_http_requests_total',
      'Requests of clients.',
      traffic.requests().map(([protocol, n]) => [{ protocol }, n]),
    ),
    counter(
      'reprise_http_responses_total',
      'Answers to them, by class of status; those of the proxy itself too.',
      traffic.answers().map(([protocol, code, n]) => [{ protocol, code }, n]),
    ),
    histogram(
      'reprise_upstream_latency_seconds',
      'From a request being passed on to the head of its answer.',
      traffic.upstreamLatency,
    ),
    counter(
      'reprise_upstream_failures_total',
      'Requests that the upstream did not answer.',
      traffic.failures().map(([reason, n]) => [{ reason }, n]),
    ),
  ]
}

function commitFamilies(commits: Commits): Family[] {
  return [
    histogram(
      'reprise_journal_commit_duration_seconds',
      'Statements that appended to the journal, until they were committed.',
      commits.journalSeconds,
    ),
    histogram(
      'reprise_journal_commit_records',
      'Records that shared one of them.',
      commits.journalRecords,
    ),
    counter(
      'reprise_journal_commit_failures_total',
      'Those that failed, or were given up.',
      commits.journalFailures,
    ),
    histogram(
      'reprise_spool_append_duration_seconds',
      'Batches that went to the spool, until they were synced.',
      commits.spoolSeconds,
    ),
  ]
}

function sumFamilies(counts: Readonly<RecorderCounts>): Family[] {
  return [
    counter('reprise_forwarded_total', 'Mutations that were given a number.', counts.forwarded),
    counter('reprise_recorded_total', 'Of those, recorded.', counts.recorded),
    counter('reprise_in_doubt_total', 'Of those, recorded as in doubt.', counts.inDoubt),
    counter('reprise_context_total', 'Of the recorded, context.', counts.context),
    counter('reprise_lost_total', 'Of those, lost.', counts.lost),
    counter(
      'reprise_excluded_total',
      'Of the forwarded mutations, left unrecorded, by reason.',
      Object.entries(counts.excluded).map(([reason, n]) => [{ reason }, n]),
    ),
    counter('reprise_refused_total', 'Mutations answered 503: not recordable.', counts.refused),
    counter('reprise_truncated_total', 'Entries with a body cut short.', counts.truncated),
    counter(
      'reprise_context_skipped_total',
      'Reads and refusals not recorded at once: more than --context-limit a minute.',
      counts.contextSkipped,
    ),
  ]
}

function healthFamilies(health: RecorderHealth | null): Family[] {
  if (health === null) return []
  const { spool, waiting } = health
  return [
    gauge('reprise_spool_records', 'Records in the spool.', spool?.records ?? 0),
    gauge('reprise_spool_bytes', 'Bytes in the spool.', spool?.bytes ?? 0),
    gauge('reprise_spool_limit_bytes', 'Its limit.', spool?.limit ?? 0),
    gauge('reprise_waiting_records', 'Records that wait in memory.', waiting),
    gauge(
      'reprise_state',
      '1 for the state that the recorder is in.',
      STATES.map((state) => [{ state }, state === health.state ? 1 : 0]),
    ),
  ]
}

const STATES: readonly RecorderHealth['state'][] = ['ok', 'spooling', 'refusing', 'degraded']

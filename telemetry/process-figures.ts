import type { Registry } from 'prom-client'
import { gauge, type Family, type Labels } from './family.ts'

/**
 * What can be told of any process of Node: processor time, memory, open files, event-loop lag, garbage
 * collection. From the first call on they are kept; each call answers how they stand.
 */
export function processFigures(): () => Promise<Family[]> {
  const kept = keepFigures()
  return async () => {
    const told = (await (await kept).getMetricsAsJSON()) as unknown as Told[]
    return told.map(familyOf).filter(isWellNamed)
  }
}

/** Loaded here: a proxy without an admin port has no use for it, and it is slow to load. */
async function keepFigures(): Promise<Registry> {
  const { Registry, collectDefaultMetrics } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** 1, for what it says of who is running. */
export function buildInfo(version: string): Family {
  const labels = { version, node: process.version }
  return gauge('reprise_build_info', 'Which version of reprise this is, and of Node.', [
    [labels, 1],
  ])
}

interface Told {
  name: string
  help: string
  type: Family['type']
  values: { metricName?: string; labels: Readonly<Record<string, unknown>>; value: number }[]
}

function familyOf({ name, help, type, values }: Told): Family {
  const samples = values.map(({ metricName, labels, value }) => ({
    ...{ name: metricName ?? name, value },
    labels: Object.fromEntries(
      Object.entries(labels).map(([label, text]) => [label, String(text)]),
    ) as Labels,
  }))
  return { name, help, type, samples }
}

/** Of a gauge whose name ends like a counter's, OpenMetrics makes nothing. */
function isWellNamed({ name, type }: Family): boolean {
  return name.endsWith('_total') === (type === 'counter')
}

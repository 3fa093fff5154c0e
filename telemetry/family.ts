import type { Histogram } from './histogram.ts'

// What is told of a process: families of samples, as Prometheus knows them. Plain values, so that a
// worker can hand them to its primary.

export interface Family {
  /** A counter's ends in `_total`. */
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram' | 'summary'
  samples: Sample[]
}

export interface Sample {
  /** The family's, with `_bucket`, `_sum` or `_count` behind it where it has several. */
  name: string
  labels: Labels
  value: number
}

export type Labels = Readonly<Record<string, string>>

/** One value, or one for each of several labels. */
type Values = number | readonly (readonly [Labels, number])[]

export function counter(name: `${string}_total`, help: string, values: Values): Family {
  return { name, help, type: 'counter', samples: samplesOf(name, values) }
}

export function gauge(name: string, help: string, values: Values): Family {
  return { name, help, type: 'gauge', samples: samplesOf(name, values) }
}

export function histogram(
  name: string,
  help: string,
  values: Histogram | readonly (readonly [Labels, Histogram])[],
): Family {
  const all = 'bounds' in values ? ([[{}, values]] as const) : values
  const samples = all.flatMap(([labels, one]) => bucketsOf(name, labels, one))
  return { name, help, type: 'histogram', samples }
}

/** The same with labels before those of each sample. */
export function labelled(labels: Labels, families: readonly Family[]): Family[] {
  return families.map((family) => ({
    ...family,
    samples: family.samples.map((sample) => ({
      ...sample,
      labels: { ...labels, ...sample.labels },
    })),
  }))
}

/** Families of several processes, which labels tell apart, as one of each name. */
export function merged(all: readonly (readonly Family[])[]): Family[] {
  const byName = new Map<string, Family>()
  for (const family of all.flat()) {
    const known = byName.get(family.name)
    if (known === undefined) byName.set(family.name, { ...family, samples: [...family.samples] })
    else known.samples.push(...family.samples)
  }
  return [...byName.values()]
}

function samplesOf(name: string, values: Values): Sample[] {
  if (typeof values === 'number') return [{ name, labels: {}, value: values }]
  return values.map(([labels, value]) => ({ name, labels, value }))
}

function bucketsOf(name: string, labels: Labels, one: Histogram): Sample[] {
  const cumulative = one.cumulative()
  const buckets = cumulative.map((value, i) => ({
    ...{ name: `${name}_bucket`, value },
    labels: { ...labels, le: String(one.bounds[i] ?? '+Inf') },
  }))
  return [
    ...buckets,
    { name: `${name}_sum`, labels, value: one.sum },
    { name: `${name}_count`, labels, value: cumulative.at(-1)! },
  ]
}

import type { Family, Labels, Sample } from './family.ts'

// The text that Prometheus reads, in its own format or in the one of OpenMetrics that came of it:
// https://prometheus.io/docs/instrumenting/exposition_formats,
// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md

export interface Exposition {
  contentType: string
  text: string
}

/** In the format that `accept` asks for; Prometheus' own where it asks for nothing else. */
export function exposition(families: readonly Family[], accept: string | undefined): Exposition {
  return asksForOpenMetrics(accept)
    ? { contentType: OPEN_METRICS, text: `${textOf(families, openMetricsName)}# EOF\n` }
    : { contentType: PROMETHEUS, text: textOf(families, ({ name }) => name) }
}

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** Whether it is named, and plain text is not liked better (RFC 9110 section 12.5.1). */
function asksForOpenMetrics(accept = ''): boolean {
  const wanted = accept.split(',').map((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const q = parameters.find((one) => one.startsWith('q='))
    return { type, quality: q === undefined ? 1 : Number(q.slice(2)) }
  })
  const qualityOf = (...types: string[]) =>
    Math.max(0, ...wanted.filter(({ type }) => types.includes(type!)).map((one) => one.quality))
  const quality = qualityOf('application/openmetrics-text')
  return quality > 0 && quality >= qualityOf('text/plain')
}

/** There a counter's name is that of its samples without their ending. */
function openMetricsName({ name, type }: Family): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name
}

function textOf(families: readonly Family[], nameOf: (family: Family) => string): string {
  let text = ''
  for (const family of families) {
    const name = nameOf(family)
    text += `# HELP ${name} ${escaped(family.help)}\n# TYPE ${name} ${family.type}\n`
    for (const sample of family.samples) text += lineOf(sample)
  }
  return text
}

function lineOf({ name, labels, value }: Sample): string {
  return `${name}${labelsText(labels)} ${numberText(value)}\n`
}

function labelsText(labels: Labels): string {
  const all = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', String.raw`\"`)}"`,
  )
  return all.length === 0 ? '' : `{${all.join(',')}}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
}

function numberText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value)
    ? String(value)
    : `${value > 0 ? '+' : '-'}Inf`
}

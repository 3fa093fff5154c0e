import { expect, test } from 'vitest'
import { exposition } from '../../telemetry/exposition.ts'
import { counter, gauge, histogram, labelled, merged } from '../../telemetry/family.ts'
import { Histogram } from '../../telemetry/histogram.ts'

function seconds(...values: number[]): Histogram {
  const observed = new Histogram([0.1, 1])
  for (const value of values) observed.observe(value)
  return observed
}

const families = [
  counter('a_total', String.raw`Back\slash` + '\nand line.', [[{ b: 'say "hi"\n' }, 3]]),
  gauge('c', 'C.', Infinity),
  histogram('d_seconds', 'D.', seconds(0.1, 0.2, 0.3, 4)),
]

const SAMPLES = [
  String.raw`a_total{b="say \"hi\"\n"} 3`,
  '# HELP c C.',
  '# TYPE c gauge',
  'c +Inf',
  '# HELP d_seconds D.',
  '# TYPE d_seconds histogram',
  'd_seconds_bucket{le="0.1"} 1',
  'd_seconds_bucket{le="1"} 3',
  'd_seconds_bucket{le="+Inf"} 4',
  'd_seconds_sum 4.6',
  'd_seconds_count 4',
]

test("Prometheus' own format, where nothing else is asked for", () => {
  const { contentType, text } = exposition(families, undefined)
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(text.split('\n')).toEqual([
    String.raw`# HELP a_total Back\\slash\nand line.`,
    '# TYPE a_total counter',
    ...SAMPLES,
    '',
  ])
})

test('in OpenMetrics a counter is named without its ending, and the text has an end', () => {
  const { contentType, text } = exposition(families, 'application/openmetrics-text')
  expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(text.split('\n')).toEqual([
    String.raw`# HELP a Back\\slash\nand line.`,
    '# TYPE a counter',
    ...SAMPLES,
    '# EOF',
    '',
  ])
})

test.each([
  // What Prometheus 2.53 sends.
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;' +
      'q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    /openmetrics/,
  ],
  ['text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.1', /plain/],
  ['application/openmetrics-text;q=0', /plain/],
  ['application/openmetrics-text;q=much', /plain/],
  ['*/*', /plain/],
  ['', /plain/],
])('%s', (accept, expected) => {
  expect(exposition([], accept).contentType).toMatch(expected)
})

test('families of several processes become one of each name', () => {
  const of = (worker: string, n: number) =>
    labelled({ worker }, [counter('a_total', 'A.', [[{ code: '2xx' }, n]])])
  const { text } = exposition(merged([of('1', 5), of('2', 7)]), undefined)
  expect(text).toBe(
    '# HELP a_total A.\n# TYPE a_total counter\n' +
      'a_total{worker="1",code="2xx"} 5\na_total{worker="2",code="2xx"} 7\n',
  )
})

import { countText } from './shown.ts'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

// The one file that imports the chart library.

type Verdict = 'applied' | 'failed' | 'in_doubt' | 'context'

/** Counts by verdict in spans of equal length. */
export interface Strip {
  /** In ms since the epoch, as `step` in ms. */
  since: number
  step: number
  spans: readonly Partial<Record<Verdict, number>>[]
}

/** From the bottom up. */
const STACK: readonly Verdict[] = ['context', 'applied', 'in_doubt', 'failed']

const HEIGHT = 84

/** A chart that is drawn. */
export interface Drawn {
  /** Other counts over the same time, without an end to what is being dragged. */
  update: (strip: Strip) => void
  remove: () => void
}

/** Draws into an empty element. `onSpan` hears of a time that was dragged over. */
export function drawStrip(
  box: HTMLElement,
  strip: Strip,
  onSpan: (span: [since: number, until: number]) => void,
): Drawn {
  const style = getComputedStyle(box)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const bars = uPlot.paths.bars!({ size: [0.82, 24], align: 1, gap: 0 })
  const muted = { stroke: colour('muted'), ticks: { show: false }, font: '11px sans-serif' }
  const chart = new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      ms: 1,
      padding: [6, 22, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
      },
      scales: {
        x: {
          time: true,
          range: () => [strip.since, strip.since + strip.step * strip.spans.length],
        },
        y: { range: (_, _low, high) => [0, Math.max(1, high)] },
      },
      axes: [
        { ...muted, size: 20, gap: 3, space: 70, grid: { show: false }, values: momentTexts },
        {
          ...muted,
          size: 46,
          gap: 4,
          space: 26,
          incrs: WHOLE,
          // The first moment stands where nought would.
          values: (_, counts) => counts.map((count) => (count === 0 ? '' : countText(count))),
          grid: { stroke: colour('line'), width: 1 },
        },
      ],
      series: [
        {},
        // The highest is drawn first, so that those below it stay in sight.
        ...STACK.toReversed().map((verdict) => ({
          paths: bars,
          points: { show: false },
          width: 0,
          fill: colour(`bar-${verdict.replace('_', '-')}`),
        })),
      ],
      hooks: {
        setSelect: [
          (u) => {
            const { left, width } = u.select
            if (width < 3) return
            onSpan([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')])
          },
        ],
      },
    },
    stacked(strip),
    box,
  )
  return {
    update: (counts) => chart.setData(stacked(counts)),
    remove: () => chart.destroy(),
  }
}

/** The time of day, and the day where it begins or where days are all there is. */
function momentTexts(_: uPlot, moments: number[], _axis: number, _space: number, step: number) {
  return moments.map((at) => {
    const moment = new Date(at)
    const isMidnight = moment.getHours() === 0 && moment.getMinutes() === 0
    if (step >= 86_400_000 || (isMidnight && step >= 60_000)) return DAY.format(moment)
    return (step < 60_000 ? SECOND : MINUTE).format(moment)
  })
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const SECOND = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

const WHOLE = Array.from({ length: 12 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat()

/** Each verdict on top of those below it, the highest sum first. */
function stacked({ since, step, spans }: Strip): uPlot.AlignedData {
  const sums = spans.map(() => 0)
  const layers = STACK.map((verdict) =>
    spans.map((span, i) => (sums[i] = sums[i]! + (span[verdict] ?? 0))),
  )
  return [spans.map((_, i) => since + i * step), ...layers.toReversed()]
}

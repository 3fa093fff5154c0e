import { useEffect, useRef, useState } from 'react'
import { onColoursChanged } from '../shell/theme.tsx'
import type { CountsRead } from './counting.ts'
import { drawStrip, type Strip } from './strip.ts'
import type { Filter } from './filter.ts'
import { countText, fullText, verdictText } from './shown.ts'

const RANGES = [
  ['15 min', 15],
  ['1 h', 60],
  ['24 h', 24 * 60],
  ['7 d', 7 * 24 * 60],
] as const

const STACK = ['applied', 'failed', 'in_doubt', 'context'] as const

interface Time {
  since: string
  until: string
}

/** How many entries came when, by verdict; dragged to choose a time. */
export function StripChart({
  filter,
  counts: { data, isError, stop },
  onTime,
}: {
  filter: Filter
  counts: CountsRead
  onTime: (time: Time) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const chosen = useRef(onTime)
  useEffect(() => {
    chosen.current = onTime
  })
  const [held, setHeld] = useState<Strip | null>(null)
  const strip = held ?? data?.strip ?? null
  const latest = useRef(strip)
  const update = useRef<() => void>(() => {})
  const axis = strip === null ? '' : `${strip.since} ${strip.step} ${strip.spans.length}`
  useEffect(() => {
    latest.current = strip
    if (strip !== null) update.current()
  }, [strip])
  useEffect(() => {
    const { current: element } = box
    if (axis === '' || element === null) return
    const kept = keepDrawn(
      element,
      () => latest.current!,
      (time) => chosen.current(time),
    )
    update.current = kept.update
    return () => {
      update.current = () => {}
      kept.remove()
    }
  }, [box, axis])
  // What is dragged over stays as it is until it is let go, though later entries may make another chart.
  useEffect(() => {
    const letGo = () => setHeld(null)
    addEventListener('mouseup', letGo)
    return () => removeEventListener('mouseup', letGo)
  }, [])
  const isNarrowed = filter.since !== undefined || filter.until !== undefined
  return (
    <section className="strip" aria-label="Entries over time">
      <div
        className="plot"
        ref={box}
        role="img"
        aria-label={describe(strip)}
        onMouseDown={() => setHeld(strip)}
      />
      <div className="ranges">
        {RANGES.map(([text, minutes]) => (
          <button key={text} type="button" onClick={() => onTime(last(minutes))}>
            {text}
          </button>
        ))}
        <button
          type="button"
          disabled={!isNarrowed}
          onClick={() => onTime({ since: '', until: '' })}
        >
          All
        </button>
        {data?.counting != null && (
          <span className="muted">
            counting, back to {fullText(data.counting)}{' '}
            <button type="button" onClick={stop}>
              Stop
            </button>
          </span>
        )}
        {data?.stopped != null && (
          <span className="muted">not counted before {fullText(data.stopped)}</span>
        )}
        {isError && <span className="muted">counts are not to be had</span>}
      </div>
    </section>
  )
}

/** Drawn anew when the element or the colours change. */
function keepDrawn(
  box: HTMLElement,
  strip: () => Strip,
  onTime: (time: Time) => void,
): { update: () => void; remove: () => void } {
  const iso = (at: number) => new Date(at).toISOString()
  const draw = () =>
    drawStrip(box, strip(), ([since, until]) => onTime({ since: iso(since), until: iso(until) }))
  let drawn = draw()
  const again = () => {
    drawn.remove()
    drawn = draw()
  }
  const stopWatching = onColoursChanged(again)
  // It calls back at once too, when nothing has changed: somebody may be dragging already.
  let width = box.clientWidth
  const size = new ResizeObserver(() => {
    if (box.clientWidth === width) return
    width = box.clientWidth
    again()
  })
  size.observe(box)
  return {
    update: () => drawn.update(strip()),
    remove: () => {
      size.disconnect()
      stopWatching()
      drawn.remove()
    },
  }
}

function last(minutes: number): Time {
  return { since: new Date(Date.now() - minutes * 60_000).toISOString(), until: '' }
}

/** The chart in words. */
function describe(strip: Strip | null): string {
  if (strip === null) return 'No entries in this time'
  const until = strip.since + strip.step * strip.spans.length
  const counts = STACK.flatMap((verdict) => {
    const sum = strip.spans.reduce((all, span) => all + (span[verdict] ?? 0), 0)
    return sum === 0 ? [] : [`${countText(sum)} ${verdictText(verdict)}`]
  })
  const time = `${fullText(new Date(strip.since).toISOString())} to ${fullText(new Date(until).toISOString())}`
  return `${counts.join(', ') || 'No entries'}, ${time}`
}

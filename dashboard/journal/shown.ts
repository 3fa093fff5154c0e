import type { Entry } from '../api/client.ts'

// Values as people read them.

const TIME = new Intl.DateTimeFormat('en-GB', {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
})
const DATE = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' })
const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

export const timeText = (iso: string) => TIME.format(new Date(iso))
export const dateText = (iso: string) => DATE.format(new Date(iso))
export const fullText = (iso: string) => FULL.format(new Date(iso))

/** How long the upstream took to begin its answer, in ms; null where none came. */
export function tookOf({
  arrived_at: arrived,
  answered_at: answered,
}: Pick<Entry, 'arrived_at' | 'answered_at'>) {
  return answered === null ? null : (microsOf(answered) - microsOf(arrived)) / 1000
}

/** Dates know milliseconds, entries microseconds: `...:00.123456Z`. */
export function microsOf(iso: string): number {
  return Date.parse(iso) * 1000 + Number(/\.\d{3}(\d{3})/.exec(iso)?.[1] ?? 0)
}

export function durationText(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1_000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

export const countText = (n: number) => n.toLocaleString('en-GB')

export const verdictText = (verdict: string) => verdict.replace('_', ' ')

/** Of a status: `2` to `5`, or `none`. */
export const familyOf = (status: number | null) => (status === null ? 'none' : String(status)[0]!)

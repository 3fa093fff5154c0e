import type { Micros } from '../../journal/entry.ts'
import type { Shape } from './difference.ts'

// Values that are never the same twice. Both sides must have the same shape, so that a time that
// became null is told; and a time must be one of then and of now, so that an appointment that moved is.

/** When the two answers came. */
export interface Clock {
  recorded: Micros
  now: Micros
}

/**
 * The shape that two different values share, or null. `key` is the name of what they are values of;
 * empty where it has none. Numbers are written in decimal.
 */
export function sharedShape(
  key: string,
  recorded: string,
  came: string,
  clock: Clock,
): Shape | null {
  if (recorded.length > LONGEST || came.length > LONGEST) return null
  if (areTimes(recorded, came, clock)) return 'time'
  if (key === '') return null
  const name = snakeCase(key)
  if (DURATION_NAMES.test(name) && areDurations(recorded, came)) return 'duration'
  if (AGE_NAMES.test(name) && areDurations(recorded, came)) return 'age'
  if (ID_NAMES.test(name) && isSameToken(recorded, came)) return 'id'
  return null
}

const LONGEST = 256

/** `requestId`, `X-Request-ID` -> `request_id`, `x_request_id`. */
function snakeCase(key: string): string {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()
}

const DURATION_NAMES =
  /(^|_)(durations?|elapsed|took|latency|server_timing|runtime|run_time|(response|processing|execution|query)_time)(_|$)/
/** Not `age` alone: that is a person's. */
const AGE_NAMES = /(^|_)(up_?time|age_(s|secs?|seconds|ms|millis)|cache_age|(seconds|ms)_ago)(_|$)/
const ID_NAMES =
  /(^|_)((request|req|trace|span|correlation|parent_span)_?(id|uuid)|traceparent|cf_ray)$|^x_(amzn?|cloud)_.*(id|context|id_2)$/

interface Time {
  /** In ms. */
  at: number
  form: 'iso' | 'date' | 'basic' | 'http' | 's' | 'ms' | 'us' | 'ns'
  /** How far the zone that it does not tell may be away, in ms. */
  zone: number
}

function areTimes(recorded: string, came: string, clock: Clock): boolean {
  const then = timeOf(recorded)
  const now = then && timeOf(came)
  if (then === null || now === null || then.form !== now.form) return false
  const slack = TOLERANCE + then.zone
  const thenOff = then.at - clock.recorded / 1000
  const nowOff = now.at - clock.now / 1000
  // As far from its answer as the other one: when something ends, mostly.
  if (Math.abs(thenOff - nowOff) <= slack) return true
  // When something was made or changed: before its answer, however long the recording took; and in
  // a replay not long ago.
  const isOfThen = thenOff <= slack && thenOff >= -OLDEST
  return isOfThen && nowOff <= slack && nowOff >= -LONGEST_RUN - now.zone
}

const TOLERANCE = 60_000
const DAY = 86_400_000
const LONGEST_RUN = DAY
const OLDEST = 3 * 366 * DAY

function timeOf(text: string): Time | null {
  // Most texts are none, and that is seen at their first characters.
  if (!/^(\d{4}|(Mon|Tue|Wed|Thu|Fri|Sat|Sun))/.test(text)) return null
  if (/^\d{9,20}(\.\d{1,9})?$/.test(text)) return epochTime(text)
  const iso = ISO.exec(text)
  if (iso !== null) {
    const [, date, clock = '00:00', zone] = iso
    const at = Date.parse(`${date}T${clock.replace(',', '.')}${zoneOf(zone)}`)
    if (Number.isNaN(at)) return null
    const isDate = iso[2] === undefined
    return { at, form: isDate ? 'date' : 'iso', zone: isDate || !zone ? DAY : 0 }
  }
  const basic = BASIC.exec(text)
  if (basic !== null) {
    const [, y, mo, d, h, mi, s] = basic
    return valid(Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`), 'basic')
  }
  if (HTTP.test(text)) return valid(Date.parse(/\d{4}$/.test(text) ? `${text} GMT` : text), 'http')
  return null
}

/** V8 reads only some of these: `+0100` is `+01:00`, and no zone is UTC. */
function zoneOf(zone: string | undefined): string {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 'Z'
  return /^.\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')
}

function valid(at: number, form: Time['form']): Time | null {
  return Number.isNaN(at) ? null : { at, form, zone: 0 }
}

function epochTime(text: string): Time | null {
  const value = Number(text)
  if (value < 1e11) return { at: value * 1e3, form: 's', zone: 0 }
  if (value < 1e14) return { at: value, form: 'ms', zone: 0 }
  if (value < 1e17) return { at: value / 1e3, form: 'us', zone: 0 }
  return { at: value / 1e6, form: 'ns', zone: 0 }
}

/** ISO 8601 as RFC 3339 and SQL write it. */
export const ISO_TIME =
  '\\d{4}-\\d\\d-\\d\\d(?:[Tt ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?: ?(?:[Zz]|[+-]\\d\\d(?::?\\d\\d)?))?)?'
const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
/** RFC 9110 section 5.6.7, the obsolete forms too; RFC 5322 with its zones. */
export const HTTP_TIME =
  '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]*, ?\\d\\d?[ -][A-Z][a-z]{2}[ -]\\d{2,4} \\d\\d:\\d\\d:\\d\\d (?:GMT|UTC|[+-]\\d{4})| [A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4})'
const HTTP = new RegExp(`^${HTTP_TIME}$`)

function areDurations(recorded: string, came: string): boolean {
  const form = durationForm(recorded)
  return form !== null && form === durationForm(came)
}

function durationForm(text: string): 'number' | 'iso' | 'units' | 'clock' | 'timing' | null {
  if (/^\d+(\.\d+)?(e-?\d+)?$/i.test(text)) return 'number'
  if (/^P(?=.)(\d+[YMWD])*(T(\d+(\.\d+)?[HMS])+)?$/.test(text)) return 'iso'
  if (
    /^(\d+(\.\d+)? ?([nuµm]?s|m|h|d|w|(milli|micro|nano)?sec(ond)?s?|min(ute)?s?|hours?|days?|weeks?)[, ]*)+$/i.test(
      text,
    )
  )
    return 'units'
  if (/^(\d+[.: ])?\d\d?:\d\d(:\d\d(\.\d+)?)?$/.test(text)) return 'clock'
  return /(^|;) ?dur=\d/.test(text) ? 'timing' : null
}

/** Made in the same way, as far as one can see. */
function isSameToken(recorded: string, came: string): boolean {
  const form = tokenForm(recorded)
  return form !== null && form === tokenForm(came)
}

function tokenForm(text: string): string | null {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'uuid'
  if (/^\d+$/.test(text)) return 'number'
  // Digits and letters may fall out either way: its length alone tells of a token without marks.
  if (/^[0-9a-z]{8,}$/i.test(text)) return `token of ${text.length}`
  if (/^[\w.~+/=:;@-]{8,}$/.test(text)) return text.replaceAll(/[\w+]+/g, 'x')
  return null
}

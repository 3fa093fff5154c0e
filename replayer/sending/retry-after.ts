/**
 * How long an answer asks to wait, in ms from `now` (ms since 1970); null: it does not say, or not so
 * that it can be read (RFC 9110 section 10.2.3: seconds, or a date).
 */
export function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  const text = value.trim()
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = httpDate(text, now)
  return at === null ? null : Math.max(0, at - now)
}

/** The three forms of RFC 9110 section 5.6.7, and no other that Date.parse would guess at. */
function httpDate(text: string, now: number): number | null {
  const match = IMF.exec(text) ?? RFC850.exec(text) ?? ASCTIME.exec(text)
  if (match === null) return null
  const { day, month, year, hour, minute, second } = match.groups!
  const inMonth = MONTHS.indexOf(month!)
  if (inMonth === -1) return null
  const full = year!.length === 2 ? centuryOf(Number(year), now) : Number(year)
  return Date.UTC(full, inMonth, Number(day), Number(hour), Number(minute), Number(second))
}

/** Of two digits: what would be more than 50 years ahead is in the past. */
function centuryOf(year: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear()
  const near = thisYear - (thisYear % 100) + year
  return near > thisYear + 50 ? near - 100 : near
}

const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`
const IMF = new RegExp(
  String.raw`^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${TIME} GMT$`,
)
const RFC850 = new RegExp(
  String.raw`^[A-Z][a-z]+day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${TIME} GMT$`,
)
const ASCTIME = new RegExp(
  String.raw`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`,
)
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

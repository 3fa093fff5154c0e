import { fieldValues, type RawFields } from '../../wire/fields.ts'
import { maskUrl } from '../../journal/masking/masking.ts'
import { A_SECRET, Findings, type Explanation } from './difference.ts'
import type { Judge } from './judge.ts'
import type { Message } from './message.ts'
import type { CompareRules } from './rules.ts'

/** The chosen fields of two heads. Several values of one name are one list (RFC 9110 section 5.3). */
export function compareFields(
  recorded: Message,
  came: Message,
  judge: Judge,
  { headers, secrets, names }: CompareRules,
): Findings {
  const findings = new Findings()
  for (const name of headers) {
    const then = valueOf(recorded.fields, name)
    const now = valueOf(came.fields, name)
    if (isSame(name, then, now)) continue
    const why = judge.noise.ofHeader(name) ?? judgeValue(name, then, now, judge, recorded.host)
    if (why !== null) findings.explain(why)
    else {
      const shown = (value: string | null) =>
        value !== null && secrets.includes(name) ? A_SECRET : value && maskUrl(value, names)
      findings.differs(`header ${name}`, shown(then), shown(now))
    }
  }
  return findings
}

function valueOf(fields: RawFields, name: string): string | null {
  const values = fieldValues(fields, name)
  return values.length === 0 ? null : values.join(', ')
}

function isSame(name: string, recorded: string | null, came: string | null): boolean {
  if (recorded === came) return true
  if (recorded === null || came === null) return false
  const normal = NORMAL[name]
  return normal !== undefined && normal(recorded) === normal(came)
}

/** Fields that can be written in several ways. */
const NORMAL: Readonly<Record<string, (value: string) => string>> = {
  // The boundary of a multipart body is chosen anew each time.
  'content-type': (value) =>
    value
      .replaceAll(/;\s*boundary=("[^"]*"|[^;]*)/gi, '')
      .replaceAll(/\s*;\s*/g, ';')
      .replaceAll('"', '')
      .toLowerCase(),
  'content-language': asSet,
  allow: asSet,
  vary: asSet,
  'accept-patch': asSet,
  'accept-post': asSet,
}

function asSet(value: string): string {
  const members = value.split(',').map((one) => one.trim().toLowerCase())
  return [...new Set(members)].sort().join(',')
}

function judgeValue(
  name: string,
  recorded: string | null,
  came: string | null,
  judge: Judge,
  host: string | null,
): Explanation | null {
  if (recorded === null || came === null) return null
  const place = { where: `header ${name}`, key: name }
  const why = judge.ofTexts(place, recorded, came)
  if (why !== null) return why
  if (name === 'www-authenticate') return challengeNoise(recorded, came)
  if (!LINKS.has(name) || host === null) return null
  // The backend writes the name that it was asked under, which is the recorded one or the target's.
  const then = recorded.replaceAll(new RegExp(`https?://${escaped(host)}(?=[/?#>,;]|$)`, 'gi'), '')
  const now = then === recorded ? came : came.replaceAll(/https?:\/\/[^/?#>,;\s]+/gi, '')
  if (then === recorded) return null
  return then === now ? 'origin' : judge.ofTexts(place, then, now)
}

const LINKS = new Set(['location', 'content-location', 'link'])

/** What a challenge makes anew each time (RFC 7616 section 3.3). */
function challengeNoise(recorded: string, came: string): Explanation | null {
  const without = (value: string) =>
    value.replaceAll(/\b(nonce|opaque)=("[^"]*"|[^\s,]*)/gi, '$1=').replaceAll(/\s+/g, ' ')
  return without(recorded) === without(came) ? 'id' : null
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

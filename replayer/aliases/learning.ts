import type { Entry } from '../../journal/entry.ts'
import { pathOf } from '../../journal/entry.ts'
import type { RawFields } from '../../wire/fields.ts'
import { fieldPairs, fieldValue } from '../../wire/fields.ts'
import type { Answer } from '../answer.ts'
import { kindOf, secrecyOf, type Alias, type Meaning } from './alias.ts'
import { isSafe, meaningOf, type Around } from './meaning.ts'
import type { AnswerParts, RequestParts } from './message.ts'
import { placeOf, type Patterns } from './patterns.ts'
import type { AliasRules } from './rules.ts'
import type { Site } from './site.ts'
import type { AliasStore } from './store.ts'
import { strengthOf } from './strength.ts'
import { isUrl, urlParts } from './url-text.ts'
import { recordedAnswer, requestOf, valuesOfAnswer, valuesOfRequest, type Found } from './values.ts'

/** What a learner is told of and asks. */
export interface Known {
  store: AliasStore
  rules: AliasRules
  patterns: Patterns
}

/** What an answer generated: its aliases, which are also put into the store. */
export function learn(entry: Entry, sent: RequestParts, answer: Answer, known: Known): Alias[] {
  const recorded = recordedAnswer(entry)
  // Of an error in place of success, or the other way round, no place means what it did.
  if (recorded === null || (entry.status ?? 0) < 400 !== answer.status < 400) return []
  const before = differing(recorded, answer, known.store)
  if (before === null) return []
  return new Learner(entry, sent, known).compare(...before)
}

/** Both answers without what is the same in both; null where all is. */
function differing(
  recorded: AnswerParts,
  answer: AnswerParts,
  store: AliasStore,
): [AnswerParts, AnswerParts] | null {
  // A small id that comes back the same overrules an older alias of it.
  const isOverruling = store.weak > 0
  const isSameBody =
    recorded.body === null || answer.body === null || recorded.body.equals(answer.body)
  const isSameHead = sameFields(recorded.fields, answer.fields)
  if (isSameBody && isSameHead && !isOverruling) return null
  const head = isSameHead && !isOverruling ? 'left' : 'read'
  const body = isSameBody && !isOverruling ? 'left' : 'read'
  const parts = ({ fields, body: bytes }: AnswerParts) => ({
    fields: head === 'read' ? fields : contentFields(fields),
    body: body === 'read' ? bytes : null,
  })
  return [parts(recorded), parts(answer)]
}

function sameFields(one: RawFields, other: RawFields): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i])
}

/** What a body is read by. */
function contentFields(fields: RawFields): string[] {
  return fieldPairs(fields)
    .filter(([name]) => /^content-(?:type|encoding)$/i.test(name))
    .flat()
}

class Learner {
  readonly #entry: Entry
  readonly #sent: RequestParts
  readonly #known: Known
  readonly #around: Around
  readonly #learned: Alias[] = []
  /** What the recorded request said, by value, and the one that was sent, by place. */
  #said: Map<string, Found[]> | null = null
  #saidNow: Map<string, string> | null = null
  #newValues: Set<string> | null = null
  #now = new Map<string, Found>()

  constructor(entry: Entry, sent: RequestParts, known: Known) {
    this.#entry = entry
    this.#sent = sent
    this.#known = known
    const path = pathOf(entry.target)
    this.#around = { method: entry.method, path, resource: resourceOf(entry, path) }
  }

  compare(before: AnswerParts, after: AnswerParts): Alias[] {
    const was = valuesOfAnswer(before)
    this.#now = valuesOfAnswer(after)
    let moved: string | null = null
    for (const [place, { value, site }] of was) {
      const now = this.#now.get(place)
      if (moved !== null && place.startsWith(moved)) continue
      moved = null
      if (now === undefined) continue
      if (site.syntax === 'url') {
        if (now.value !== value && !isSameShape(value, now.value)) {
          this.#consider(value, now, site)
          moved = place.slice(0, -'url'.length)
        }
      } else if (now.value === value) this.#confirm(value, site)
      else this.#consider(value, now, site)
    }
    return this.#learned
  }

  #consider(old: string, now: Found, site: Site): void {
    const { method, path } = this.#around
    const { rules, store } = this.#known
    if (now.value === '') return
    const known = store.get(old) ?? []
    const strength = site.syntax === 'url' ? 'strong' : strengthOf(old)
    if (strength === 'strong' && known.some((one) => one.new === now.value)) return
    const alias = this.#alias(old, now, site)
    const kind = kindOf(alias)
    const same = known.find((one) => kindOf(one) === kind)
    if (same?.new === now.value) return
    if (rules.forbid.some((rule) => rule.matches(method, path, site.place, old))) return
    if (!this.#mayBeGenerated(old, now.value, site, alias.meaning, strength)) return
    if (same !== undefined && !this.#mayOverrule(same)) return
    if (this.#isEchoed(old, now.value, alias.meaning, strength)) return
    this.#add(alias)
  }

  #mayBeGenerated(
    old: string,
    now: string,
    site: Site,
    meaning: Meaning,
    strength: 'strong' | 'weak' | 'none',
  ): boolean {
    const { method, path } = this.#around
    const { rules, patterns } = this.#known
    if (rules.add.some(({ from }) => from.matches(method, path, site.place))) return true
    if (site.syntax === 'cookie' || site.syntax === 'etag') return true
    if (strength === 'none' || /\s/.test(now)) return strength === 'strong'
    // The parts of a URL speak for themselves.
    if (site.syntax === 'named' && /^[a-z]*:?\/|^\?/i.test(old) && isUrl(old)) return false
    if (strength === 'strong') return true
    return meaning.naming === 'id' || patterns.feeds(placeOf(method, path, site))
  }

  /** Reads make nothing, and a list in another order says nothing against what is known. */
  #mayOverrule(known: Alias): boolean {
    if (isSafe(this.#around.method) && strengthOf(known.old) !== 'strong') return false
    this.#newValues ??= new Set([...this.#now.values()].map(({ value }) => value))
    return !this.#newValues.has(known.new)
  }

  /** A small id that came back as it was: whatever stood for it before is gone. */
  #confirm(value: string, site: Site): void {
    const known = this.#known.store.get(value)
    if (known === undefined || isSafe(this.#around.method)) return
    const alias = this.#alias(value, { value, site }, site)
    const kind = kindOf(alias)
    const same = known.find((one) => kindOf(one) === kind)
    if (same === undefined || same.new === value) return
    if (this.#isEchoed(value, value, alias.meaning, 'weak')) return
    this.#add(alias)
  }

  #alias(old: string, now: Found, site: Site): Alias {
    const meaning = meaningOf(site, this.#around)
    const { method, path } = this.#around
    return {
      old,
      new: now.value,
      producer: this.#entry.id,
      place: site.place,
      method,
      path,
      meaning,
      becomes: respelt(site.spelling, now.site.spelling),
      secrecy: secrecyOf(site),
    }
  }

  #add(alias: Alias): void {
    this.#known.store.add(alias)
    this.#learned.push(alias)
  }

  /**
   * Whether the client said it. A strong value that stands in the recorded request is the client's.
   * A small one may stand there by chance: it is an echo if it stands there under the same name,
   * or if the new one stands in the place of the old one in what was sent.
   */
  #isEchoed(
    old: string,
    now: string,
    meaning: Meaning,
    strength: 'strong' | 'weak' | 'none',
  ): boolean {
    const places = (this.#said ??= byValue(valuesOfRequest(requestOf(this.#entry)))).get(old) ?? []
    if (strength === 'strong' || places.length === 0) return places.length > 0
    const sent = (this.#saidNow ??= byPlace(valuesOfRequest(this.#sent)))
    return places.some(({ site }) => {
      const asked = meaningOf(site, this.#around)
      if (asked.syntax === 'url') return false
      if (sent.get(site.place) === now && now !== old) return true
      return asked.key === meaning.key && asked.noun === meaning.noun && asked.syntax !== 'etag'
    })
  }
}

function byValue(all: readonly Found[]): Map<string, Found[]> {
  const found = new Map<string, Found[]>()
  for (const one of all) {
    const list = found.get(one.value)
    if (list === undefined) found.set(one.value, [one])
    else list.push(one)
  }
  return found
}

function byPlace(all: readonly Found[]): Map<string, string> {
  return new Map(all.map(({ value, site }) => [site.place, value]))
}

function respelt(was: Site['spelling'], now: Site['spelling']): Alias['becomes'] {
  return was === now || was === 'text' || now === 'text' ? 'same' : now
}

/** Where the shape of two paths is the same, their segments speak for themselves. */
function isSameShape(one: string, other: string): boolean {
  const was = urlParts(one).path.split('/')
  const now = urlParts(other).path.split('/')
  if (was.length !== now.length) return false
  const last = was.length - 1
  return was.every(
    (segment, i) => segment === now[i] || i === last || (isNoWord(segment) && isNoWord(now[i]!)),
  )
}

function isNoWord(segment: string): boolean {
  return /\d/.test(segment) || strengthOf(segment) === 'strong'
}

/** The path of what an exchange was about, as recorded: what it made, or what it was sent to. */
function resourceOf(entry: Entry, path: string): string {
  if (entry.method !== 'POST' || entry.responseHeaders === null) return path
  const location = fieldValue(entry.responseHeaders, 'location')
  if (location !== undefined && entry.status === 201) return urlParts(location).path
  const id = /^\s*\{\s*"(?:id|_id)"\s*:\s*(?:"([^"\\]+)"|(\d+))/.exec(
    entry.responseBody?.subarray(0, 512).toString('latin1') ?? '',
  )
  return id === null ? path : `${path.replace(/\/$/, '')}/${id[1] ?? id[2]}`
}

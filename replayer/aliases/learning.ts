import type { Entry } from '../../journal/entry.ts'
import type { Answer } from '../answer.ts'
import { kindFromBehind, kindOf, secrecyOf, type Alias, type Meaning } from './alias.ts'
import { differing, isOfAnother } from './differing.ts'
import { Echoes } from './echoes.ts'
import { heldIn, type Lives } from './lives.ts'
import { aroundOf, isSafe, meaningOf, type Around } from './meaning.ts'
import type { AnswerParts, RequestParts } from '../../aliases/message.ts'
import { placeOf, type Patterns } from './patterns.ts'
import type { AliasRules } from './rules.ts'
import { placeTemplate, type Site } from '../../aliases/site.ts'
import type { AliasStore } from './store.ts'
import { strengthOf, type Strength } from '../../aliases/strength.ts'
import { isUrl, urlParts } from '../../aliases/url-text.ts'
import { pairsOf, recordedAnswer, requestOf, valuesOfAnswer, type Found } from './values.ts'

/** What a learner is told of and asks. */
export interface Known {
  store: AliasStore
  /** What earlier restores gave. */
  lives: Lives
  rules: AliasRules
  patterns: Patterns
}

/** What an answer generated: its aliases, which are also put into the store. */
export function learn(entry: Entry, sent: RequestParts, answer: Answer, known: Known): Alias[] {
  const recorded = recordedAnswer(entry)
  // Of an error in place of success, or the other way round, no place means what it did.
  if (recorded === null || (entry.status ?? 0) < 400 !== answer.status < 400) return []
  // A small id that comes back the same overrules an older alias of it, or is one of another parent now.
  const hasSmall = known.store.hasSmall || known.lives.hasSmall
  const mayMatter = hasSmall || isOfAnother(entry, sent, recorded, answer)
  const same = mayMatter && !isSafe(entry.method) ? 'read' : 'left'
  const both = differing(recorded, answer, same)
  return both === null ? [] : new Learner(entry, sent, answer, known).compare(...both)
}

class Learner {
  readonly #entry: Entry
  readonly #echoes: Echoes
  readonly #sent: RequestParts
  readonly #known: Known
  readonly #answer: Answer
  readonly #around: Around
  #aroundNow: Around | null = null
  readonly #learned: Alias[] = []
  #now: readonly Found[] = []

  constructor(entry: Entry, sent: RequestParts, answer: Answer, known: Known) {
    this.#entry = entry
    this.#sent = sent
    this.#known = known
    this.#answer = answer
    this.#around = aroundOf(entry, (value) => known.store.has(value) || known.lives.has(value))
    this.#echoes = new Echoes(requestOf(entry), sent, this.#around)
  }

  compare(before: AnswerParts, after: AnswerParts): Alias[] {
    this.#now = valuesOfAnswer(after)
    let moved: string | null = null
    for (const [{ value, site }, now] of pairsOf(valuesOfAnswer(before), this.#now)) {
      if (moved !== null && site.place.startsWith(moved)) continue
      moved = null
      if (site.syntax === 'url') {
        if (now.value !== value && !isSameShape(value, now.value)) {
          this.#consider(value, now, site)
          moved = site.place.slice(0, -'url'.length)
        }
      } else if (now.value === value) this.#confirm(value, now, site)
      else this.#consider(value, now, site)
    }
    return this.#learned
  }

  #consider(old: string, now: Found, site: Site): void {
    const { method, path } = this.#around
    const { rules } = this.#known
    if (now.value === '') return
    const strength = site.syntax === 'url' ? 'strong' : strengthOf(old)
    const known = (strength === 'strong' ? this.#held(old) : this.#ofThatMoment(old)) ?? []
    if (strength === 'strong' && known.some((one) => one.new === now.value)) return
    const alias = this.#alias(old, now, site)
    const kind = kindOf(alias)
    const same = known.find((one) => kindOf(one) === kind)
    if (same?.new === now.value && !this.#isAnother(same, alias)) return
    if (rules.forbid.some((rule) => rule.matches(method, path, site.place, old))) return
    if (!this.#mayBeGenerated(old, now.value, site, alias.meaning, strength)) return
    if (same !== undefined && !this.#mayOverrule(same, site)) return
    if (this.#isEchoed(alias, strength)) return
    this.#add(alias)
  }

  #mayBeGenerated(
    old: string,
    now: string,
    site: Site,
    meaning: Meaning,
    strength: Strength,
  ): boolean {
    const { method, path } = this.#around
    const { rules, patterns } = this.#known
    if (rules.add.some(({ from }) => from.matches(method, path, site.place))) return true
    if (site.syntax === 'cookie' || site.syntax === 'etag') return true
    if (strength === 'none' || /\s/.test(now)) return strength === 'strong'
    // The parts of a URL speak for themselves.
    if (site.syntax === 'named' && /^[a-z]*:?\/|^\?/i.test(old) && isUrl(old)) return false
    if (strength === 'strong') return true
    if (meaning.naming === 'id') return true
    return !patterns.isEmpty && patterns.feeds(placeOf(method, path, site))
  }

  /** Reads make nothing, and a list in another order says nothing against what is known. */
  #mayOverrule(known: Alias, { place }: Site): boolean {
    if (isSafe(this.#around.method) && strengthOf(known.old) !== 'strong') return false
    const template = placeTemplate(place)
    if (template === place) return true
    return !this.#now.some(
      ({ value, site }) => value === known.new && placeTemplate(site.place) === template,
    )
  }

  /**
   * A small id that came back as it was: whatever stood for it before is gone. And where it is one of
   * another parent now, whoever uses it later says so.
   */
  #confirm(value: string, now: Found, site: Site): void {
    if (isSafe(this.#around.method)) return
    const before = this.#ofThatMoment(value)
    const held = this.#held(value)
    const isUnknown = before === undefined && held === undefined
    if (isUnknown && !this.#mayBeAnId(value, site)) return
    const alias = this.#alias(value, now, site)
    const kind = kindOf(alias)
    const [was, is] = [before, held].map((known) => known?.find((one) => kindOf(one) === kind))
    const isUnder = was === undefined || kindFromBehind(was) === kindFromBehind(alias)
    if (was?.new === value && isUnder) return
    const isOther = (was ?? is) !== undefined && ((was ?? is)!.new !== value || !isUnder)
    if (!isOther && !this.#mayMislead(alias, site)) return
    if (this.#isEchoed(alias, 'weak')) return
    this.#add(alias)
  }

  #mayBeAnId(value: string, site: Site): boolean {
    if (strengthOf(value) !== 'weak') return false
    return this.#mayBeGenerated(value, value, site, meaningOf(site, this.#around), 'weak')
  }

  #alias(old: string, now: Found, site: Site): Alias {
    const meaning = meaningOf(site, this.#around)
    const { method, path } = this.#around
    const alias: Alias = {
      old,
      new: now.value,
      producer: this.#entry.id,
      since: this.#entry.orderedAt,
      place: site.place,
      method,
      path,
      meaning,
      becomes: respelt(site.spelling, now.site.spelling),
      secrecy: secrecyOf(site, this.#known.rules.secrets),
    }
    const renamed = this.#renamed(now.site, meaning)
    if (renamed !== null) alias.renamed = renamed
    return alias
  }

  /** Whether it is one of another parent now, or was given for another thing before. */
  #mayMislead({ old, meaning, renamed }: Alias, site: Site): boolean {
    const isOfAnother = renamed !== undefined && renamed.meaning.under !== meaning.under
    return (
      (isOfAnother || this.#known.store.gave(old)) &&
      this.#mayBeGenerated(old, old, site, meaning, 'weak')
    )
  }

  /**
   * What the recorded value has become, as whoever asks for it by its moment finds it. What earlier restores
   * gave does not count: a small number that has become the same for another thing may be both by chance,
   * and in the next life it is this one.
   */
  #ofThatMoment(old: string): readonly Alias[] | undefined {
    return this.#known.store.heldAt(old, this.#entry.orderedAt)
  }

  #held(value: string): readonly Alias[] | undefined {
    const { id, orderedAt } = this.#entry
    return heldIn(value, { id, at: orderedAt }, this.#known)
  }

  /** What the new value denotes where it stands now: whoever uses it later says it in those words. */
  #renamed(site: Site, meaning: Meaning): NonNullable<Alias['renamed']> | null {
    this.#aroundNow ??= this.#aroundAnswer()
    const { path } = this.#aroundNow
    const now = meaningOf(site, this.#aroundNow)
    const isSame =
      now.under === meaning.under && now.noun === meaning.noun && now.key === meaning.key
    return isSame && path === this.#around.path ? null : { path, meaning: now }
  }

  #aroundAnswer(): Around {
    const { status, fields: responseHeaders, body: responseBody } = this.#answer
    const { method, collection, path } = this.#around
    const told = { method, target: this.#sent.target, status, responseHeaders, responseBody }
    return aroundOf(told, () => collection.path.length < path.replace(/\/$/, '').length)
  }

  #add(alias: Alias): void {
    this.#known.store.add(alias)
    this.#learned.push(alias)
  }

  #isEchoed(alias: Alias, strength: Strength): boolean {
    return this.#echoes.has(alias, strength, this.#isMade(alias.meaning) ? 'made' : 'shown')
  }

  /** Whether it was made anew with the number that another thing had, and has the same new one as that. */
  #isAnother({ producer }: Alias, { meaning, place }: Alias): boolean {
    const { method, path } = this.#around
    // A list may be what was looked for, and is shown again and again.
    const isOne = placeTemplate(place) === place
    return producer !== this.#entry.id && method === 'POST' && meaning.under === path && isOne
  }

  /** RFC 9110 section 15.3.2. */
  #isMade({ under }: Meaning): boolean {
    const { method, path } = this.#around
    return method === 'POST' && this.#entry.status === 201 && under === path
  }
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

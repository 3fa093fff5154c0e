import type { Entry } from '../../journal/entry.ts'
import { fieldValue } from '../../wire/fields.ts'
import { IdSet } from '../id-set.ts'
import { Marked, type Mark } from './marked.ts'
import type { CancelMark, Superseder } from './marks.ts'
import { Needs } from './needs.ts'
import type { Names } from './names.ts'
import { namesOf, Reading, type Walked } from './reading.ts'
import { filledPath, matchRequest } from './request-pattern.ts'
import { isMaking, isSpokenOf, mayMake, valuesBy, wordsOfPath } from './resources.ts'
import type { CompactRule } from './rules.ts'
import { isAnswerReadable, isRequestReadable } from './traits.ts'

// What of a plan makes no difference any more.
//
// The recording is gone through from its end. So whatever an entry could be needed for has been decided when
// it is met: an entry is left out if a later one supersedes it by a rule and nothing that is kept between the
// two speaks of what it did, and if nothing that is kept uses a value that its answer brought. Nothing is
// ever reordered, and what is decided stays, with one exception: whether the request that cancels a resource
// is needed is told by what made that resource, which is met last. Until then it is held, and all that it
// uses counts as needed.
//
// In mind are the marks of what was superseded (marks.ts), of a resource at most until what made it was met,
// and the values that are needed (needs.ts), of each until the answer was met that brought it: so memory is
// that of the resources that live side by side, and a bit for each entry that is left out.

export interface CompactorOptions {
  rules: readonly CompactRule[]
  /** What the moments of a recorder are read from. */
  clockOf: (recorder: string) => string
  /** How far two clocks may be apart, in microseconds. */
  tolerance: number
  /** An entry of which all is to be told. */
  watched?: number
}

/** Why an entry stays that a rule would leave out. */
export type Kept = 'overlaps' | 'spoken_of' | 'value_used' | 'makes' | 'unreadable'

/** What became of one entry: what left it out, or what kept it (null: no rule is about it). */
export type Fate = { rule: string; by: number } | { kept: Kept | null }

/** An entry that was left out: by which rule, and because of which later entry. */
export interface LeftOut {
  entry: number
  rule: string
  by: number
}

export interface Compacted {
  left: IdSet
  /** Some of them, a hundred at most, for people. */
  examples: readonly LeftOut[]
  /** By rule: how many it left out. */
  byRule: ReadonlyMap<string, number>
  /** How many stay though a rule is about them. */
  kept: Readonly<Partial<Record<Kept, number>>>
  /** Of the entry that was watched; null: it was not met. */
  fate: Fate | null
}

type Verdict = { mark: Mark } | { kept: Kept } | null

export class Compactor {
  readonly #options: CompactorOptions
  readonly #marked: Marked
  readonly #needs = new Needs()
  /** What held entries use, by the path of the resource that they are of; null: of several. */
  readonly #heldUses = new Map<string, string | null>()
  readonly #left = new IdSet()
  readonly #examples: LeftOut[] = []
  readonly #byRule = new Map<string, number>()
  readonly #kept: Partial<Record<Kept, number>> = {}
  #fate: Fate | null = null

  constructor(options: CompactorOptions) {
    this.#options = options
    this.#marked = new Marked(options.rules)
  }

  /** Each against the order of the stream, the last one first; with what its values were recorded as. */
  observe(walked: Walked, names?: Names): void {
    const reading = new Reading(walked, names)
    const { entry } = walked
    if (entry.verdict === 'context') {
      if (this.#isAnswerNeeded(reading, null)) this.#keep(reading, null)
      return
    }
    const verdict = isCertain(entry) ? this.#judge(reading) : null
    if (verdict === null) this.#keep(reading, null)
    else if ('kept' in verdict) this.#keep(reading, verdict.kept)
    else this.#leaveOut(reading, verdict.mark)
  }

  finish(): Compacted {
    for (const mark of this.#marked.cancelled.all()) this.#release(mark, 'unmade')
    const [left, examples, byRule] = [this.#left, this.#examples, this.#byRule]
    return { left, examples, byRule, kept: this.#kept, fate: this.#fate }
  }

  // Whether an entry is superseded.

  /** By the first mark that leaves it out; else why the last one does not. */
  #judge(reading: Reading): Verdict {
    let verdict: Verdict = null
    for (const mark of this.#marked.of(reading)) {
      const kept = this.#whyKept(reading, mark)
      if (kept === null) return { mark }
      if ('spoken' in mark) mark.isNeeded = true
      verdict = { kept }
    }
    return verdict
  }

  #whyKept(reading: Reading, mark: Mark): Kept | null {
    const { entry } = reading
    if (!this.#isBefore(entry, mark.by)) return 'overlaps'
    if ('spoken' in mark && isSpokenOf(mark, reading)) return 'spoken_of'
    if (mark.rule.kind === 'replaces' && entry.status === 201) return 'makes'
    if (!isAnswerReadable(entry)) return 'unreadable'
    const own = 'held' in mark ? mark.path : null
    return this.#isAnswerNeeded(reading, own) ? 'value_used' : null
  }

  /** Two that overlapped may have been done in either order. */
  #isBefore(entry: Entry, by: Superseder): boolean {
    const { clockOf, tolerance } = this.#options
    const apart = clockOf(entry.recorder) === by.clock ? 0 : tolerance
    return entry.orderedAt + apart < by.arrivedAt
  }

  #isAnswerNeeded(reading: Reading, own: string | null): boolean {
    return reading.mayProduce.some((value) => this.#isNeeded(value, own))
  }

  #isNeeded(value: string, own: string | null): boolean {
    if (this.#needs.has(value)) return true
    const held = this.#heldUses.get(value)
    return held !== undefined && held !== own
  }

  // What is left out.

  #leaveOut(reading: Reading, mark: Mark): void {
    if (!('held' in mark)) {
      this.#drop(reading.entry.id, mark)
      return
    }
    const { entry, produces } = reading
    if (isMaking(mark, reading)) {
      this.#drop(entry.id, mark)
      for (const { id } of mark.held) this.#drop(id, mark)
      if (mark.first !== null) this.#drop(mark.first.id, mark)
      this.#forget(mark)
    } else if (produces.some((value) => this.#heldUses.get(value) === mark.path)) {
      this.#hold(mark, { id: entry.id, uses: reading.uses })
      if (mark.held.length > MOST_HELD) this.#release(mark, 'made')
    } else if (mayMake(mark, reading)) {
      if (mark.first !== null) this.#drop(mark.first.id, mark)
      mark.first = { id: entry.id, uses: reading.uses }
      this.#noteHeldUses(mark, reading.uses)
    } else this.#drop(entry.id, mark)
  }

  #drop(id: number, { rule, by }: Mark): void {
    this.#left.add(id)
    if (this.#examples.length < MOST_EXAMPLES) {
      this.#examples.push({ entry: id, rule: rule.text, by: by.id })
    }
    this.#byRule.set(rule.text, (this.#byRule.get(rule.text) ?? 0) + 1)
    if (id === this.#options.watched) this.#fate = { rule: rule.text, by: by.id }
  }

  #hold(mark: CancelMark, held: CancelMark['held'][number]): void {
    mark.held.push(held)
    this.#noteHeldUses(mark, held.uses)
  }

  #noteHeldUses(mark: CancelMark, uses: readonly string[]): void {
    for (const value of uses) {
      const of = this.#heldUses.get(value)
      this.#heldUses.set(value, of === undefined || of === mark.path ? mark.path : null)
    }
  }

  /**
   * What is held is kept: the resource was there for something else (`made`), or nothing tells what made it
   * (`unmade`), which then may have been what was put there first.
   */
  #release(mark: CancelMark, how: 'made' | 'unmade'): void {
    const { held, first } = mark
    this.#forget(mark)
    const kept = first !== null && how === 'unmade' ? [...held, first] : held
    if (first !== null && how === 'made') this.#drop(first.id, mark)
    for (const { id, uses } of kept) {
      for (const value of uses) this.#needs.add(value)
      if (id === this.#options.watched)
        this.#fate = { kept: how === 'made' ? 'spoken_of' : 'makes' }
    }
  }

  #forget(mark: CancelMark): void {
    this.#marked.cancelled.delete(mark.path)
    const all = mark.first === null ? mark.held : [...mark.held, mark.first]
    for (const { uses } of all) {
      // What is used by others too stays needed.
      for (const value of uses) {
        if (this.#heldUses.get(value) === mark.path) this.#heldUses.delete(value)
      }
    }
  }

  // What is kept.

  #keep(reading: Reading, why: Kept | null): void {
    const { entry } = reading
    if (why !== null) this.#kept[why] = (this.#kept[why] ?? 0) + 1
    if (entry.id === this.#options.watched) this.#fate = { kept: why }
    if (!isRequestReadable(entry)) this.#endAll()
    else this.#speakOf([...reading.paths, ...reading.mentions(), ...this.#told(reading)])
    // Whoever used them before it had them of another.
    if (isAnswerReadable(entry)) for (const value of reading.produces) this.#needs.delete(value)
    const isHeld = isSuperseding(entry) && this.#cancel(reading)
    if (isHeld) return
    for (const value of reading.uses) this.#needs.add(value)
    if (isSuperseding(entry)) this.#marked.set(reading, this.#superseder(entry))
  }

  /** What its answer speaks of: of what it made, and where something uses what it brought, of all else. */
  #told(reading: Reading): string[] {
    const words: string[] = []
    const { made } = reading
    if (made?.path != null) words.push(made.path, ...wordsOfPath(made.path).slice(-1))
    if (made?.id != null) words.push(...namesOf(made.id, reading.segments.at(-1)).slice(-1))
    return this.#isAnswerNeeded(reading, null) ? [...words, ...reading.mentionsOfAnswer()] : words
  }

  /** What something kept speaks of was as it was at that moment: what made it so stays. */
  #speakOf(words: readonly string[]): void {
    for (const word of words) {
      for (const mark of this.#marked.replaced.of(word)) this.#marked.replaced.delete(mark.key)
      for (const mark of this.#marked.cancelled.of(word)) this.#release(mark, 'made')
    }
    for (const mark of this.#marked.cleared.values()) {
      for (const word of words) mark.spoken.add(word)
      if (mark.spoken.size > MOST_SPOKEN) this.#marked.cleared.delete(mark.key)
    }
  }

  /** Nobody knows what it speaks of. */
  #endAll(): void {
    for (const { key } of this.#marked.replaced.all()) this.#marked.replaced.delete(key)
    for (const mark of this.#marked.cancelled.all()) this.#release(mark, 'made')
    this.#marked.cleared.clear()
  }

  #cancel(reading: Reading): boolean {
    for (const rule of this.#marked.resourceRules) {
      if (rule.kind !== 'cancels') continue
      const captured = matchRequest(rule.by, reading)
      if (captured === null) continue
      const path = filledPath(rule.resource, valuesBy(rule.by.path.names, captured))
      const names = wordsOfPath(path, rule.resource.segments)
      const by = this.#superseder(reading.entry)
      const mark: CancelMark = { ...{ key: path, rule, by, path, names }, held: [], first: null }
      const gone = this.#marked.cancelled.set(mark)
      if (gone !== null) this.#release(gone, 'made')
      this.#hold(mark, { id: reading.entry.id, uses: reading.uses })
      return true
    }
    return false
  }

  #superseder({ id, arrivedAt, recorder }: Entry): Superseder {
    return { id, arrivedAt, clock: this.#options.clockOf(recorder) }
  }
}

const MOST_HELD = 1_000
const MOST_EXAMPLES = 100
const MOST_SPOKEN = 200_000

/** Of what failed, was refused or is in doubt nobody knows what it did. */
function isCertain({ verdict, status }: Entry): boolean {
  return verdict === 'applied' && status !== null && status < 400
}

/** Done as a whole: what was only accepted (RFC 9110 15.3.3) or is a part (14.5) is not. */
function isSuperseding(entry: Entry): boolean {
  const { status, requestHeaders } = entry
  const isDone = isCertain(entry) && status! >= 200 && status! < 300 && status !== 202
  return isDone && fieldValue(requestHeaders, 'content-range') === undefined
}

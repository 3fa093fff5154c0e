import type { Entry, Micros } from '../../journal/entry.ts'
import { fieldPairs } from '../../wire/fields.ts'
import type { Answer } from '../answer.ts'
import type { Request } from '../request.ts'
import { secrecyOf, type Alias, type LeftAlone, type Use } from './alias.ts'
import { RANKS, rankOf, whyLeft } from './evidence.ts'
import { isExplained } from './explained.ts'
import { learn, type Known } from './learning.ts'
import { heldIn, Lives, type Asking, type Restored } from './lives.ts'
import { Makers } from './makers.ts'
import { aroundOf, meaningOf, type Around } from './meaning.ts'
import { walkRequest, type RequestParts } from '../../aliases/message.ts'
import { Patterns, placeOf } from './patterns.ts'
import { NO_RULES, type AliasRules } from './rules.ts'
import type { Replacement, Site, Visit } from '../../aliases/site.ts'
import { AliasStore } from './store.ts'
import { strengthOf } from '../../aliases/strength.ts'
import { idsOfAnswer, requestOf, valuesOfRequest, visitValues } from './values.ts'

export interface AliasesOptions {
  /** Default: none. */
  rules?: AliasRules
  /** What a pass over the recording found. Default: nothing. */
  patterns?: Patterns
  /** Restores of the stream before this one, oldest first. Default: none. */
  restored?: readonly Restored[]
  /** After so many that are new or in use again, those are forgotten that were not: see `turn`. Default: 5,000. */
  limit?: number
}

export interface Rewritten {
  request: Request
  uses: Use[]
  leftAlone: LeftAlone[]
}

/** What is asked of the restore before a life. */
export interface WantedOfRestore {
  life: number
  run: number
  /** What it may have given, or made something else of. */
  values: string[]
  /** Entries of this run that had one of them in their answers, where it may have left them out; each is told once. */
  makers: number[]
}

/** What a restore says to that. */
export interface SaidByRestore {
  /** What it gave for entries that are sent in this run, oldest first: where the new value is used. */
  given: readonly Alias[]
  /** The same, where the recorded value is used. */
  taken: readonly Alias[]
  /** Entries that it did not send. */
  missed: Iterable<number>
}

/** What says what a value of a request means. */
interface Meant {
  around: Around
  asking: Asking
}

/** Values left alone that are told of one request. */
const MOST_TOLD = 50

/**
 * The values that the backend generates anew: learned from its answers, put into later requests
 * wherever the recording shows that they were used.
 */
export class Aliases {
  readonly #known: Known
  /** Of what this run sends; none before the first restore. */
  readonly #makers: Makers | null
  readonly #limit: number
  /** Up to which moments of the recording entries had been read at the last turn, and at the one before it. */
  #turned: readonly Micros[] = []

  constructor(options: AliasesOptions = {}) {
    const { rules, patterns, restored = [], limit = 5_000 } = options
    this.#known = {
      store: new AliasStore(),
      lives: new Lives(restored),
      rules: rules ?? NO_RULES,
      patterns: patterns ?? new Patterns(),
    }
    this.#makers = restored.length === 0 ? null : new Makers()
    this.#limit = limit
  }

  /** A recorded request with the new values in the place of those that were recorded. */
  rewrite(entry: Entry, request: Request): Rewritten {
    const { store, lives, rules } = this.#known
    if (store.isEmpty && lives.isEmpty && rules.pin.size === 0) {
      return { request, uses: [], leftAlone: [] }
    }
    const uses: Use[] = []
    const leftAlone: LeftAlone[] = []
    const around = aroundOf(entry, (value) => store.has(value) || lives.has(value))
    const body = typeof request.body === 'function' ? null : request.body
    const parts: RequestParts = { target: request.target, fields: request.fields, body }
    const asking = { id: entry.id, at: entry.arrivedAt }
    const visit: Visit = (value, site) =>
      this.#replacement(value, site, { around, asking }, uses, leftAlone)
    const now = walkRequest(parts, visit, () => {
      const inHead = { uses: uses.length, leftAlone: leftAlone.length }
      return () => {
        uses.length = inHead.uses
        leftAlone.length = inHead.leftAlone
      }
    })
    if (now === parts) return { request, uses, leftAlone }
    if (now.body !== parts.body) leftAlone.push(...staleDigests(request))
    const { method, httpVersion, trailers } = request
    const { target, fields } = now
    const newBody = typeof request.body === 'function' ? request.body : now.body
    const renamed = { method, target, httpVersion, fields, trailers, body: newBody }
    return { request: renamed, uses, leftAlone }
  }

  /**
   * Compares the recorded answer of an entry with the one that came now, place by place. Answers
   * the aliases that are new, to be kept with the run.
   */
  learn(entry: Entry, sent: Request, answer: Answer): Alias[] {
    const body = Buffer.isBuffer(sent.body) ? sent.body : null
    return learn(entry, { target: sent.target, fields: sent.fields, body }, answer, this.#known)
  }

  /** Whether a difference is no more than that a generated value came back as another one. */
  isGenerated(place: string, recorded: string, now: string): boolean {
    const { store, lives, rules } = this.#known
    const get = (value: string) => [
      ...(store.get(value) ?? []),
      ...lives.aliasesOf(value, null, store),
    ]
    return recorded === now || isExplained({ store: { get }, rules }, place, recorded, now)
  }

  /**
   * Values of these entries that a restore before them may have given, by its life and its run: of answers,
   * too, for what was made behind it and has a value that it gave has that value from then on.
   */
  wantedOfRestores(entries: readonly Entry[]): WantedOfRestore[] {
    const makers = this.#makers
    if (makers === null) return []
    const { lives } = this.#known
    for (const entry of entries) {
      const maker = { id: entry.id, at: entry.orderedAt }
      for (const value of idsOfAnswer(entry)) if (isSmall(value)) makers.add(value, maker)
    }
    const found = new Set(entries.map(({ id }) => lives.of(id)))
    found.delete(0)
    return [...found].map((life) => {
      const its = entries.filter(({ id }) => lives.of(id) === life)
      const values = [...new Set(its.flatMap(namesOf))]
      const made = values.flatMap((value) => makers.unasked(value, life))
      const before = made.filter((one) => lives.isUpTo(life, one)).map(({ id }) => id)
      return { life, run: lives.runOf(life), values, makers: lives.unasked(life, before) }
    })
  }

  /** Takes what the restore before a life said. */
  recallGiven(life: number, { given, taken, missed }: SaidByRestore): void {
    const { lives } = this.#known
    for (const alias of given) lives.add(life, alias)
    lives.take(life, taken)
    lives.miss(life, missed)
  }

  /**
   * Whether there are so many aliases that a turn is due: those are forgotten then that were neither learned nor
   * wanted since the turn before. `readUpTo`: all entries that are read from now on stand behind that moment of
   * the recording, and the journal has what was learned.
   */
  turn(readUpTo: Micros): void {
    const { store, lives } = this.#known
    if (store.fresh + lives.fresh < this.#limit) return
    store.turn()
    lives.turn()
    this.#turned = [readUpTo, ...this.#turned.slice(0, 1)]
  }

  /** Whether what an entry uses may have been forgotten since it was read. */
  isLongAgo({ orderedAt }: Entry): boolean {
    return orderedAt <= (this.#turned[1] ?? -Infinity)
  }

  /**
   * Values of these entries that may have aliases which are not in memory any more. The other ones are in use from
   * now on.
   */
  wanted(entries: readonly Entry[]): string[] {
    if (this.#turned.length === 0) return []
    const { store, lives } = this.#known
    const wanted = new Set<string>()
    const ask = (value: string) => {
      if (store.keep(value) === 'forgotten') wanted.add(value)
      for (const recorded of lives.recordedOf(value)) {
        if (store.keep(recorded) === 'forgotten') wanted.add(recorded)
      }
    }
    for (const entry of entries) visitValues(entry, ask)
    return [...wanted]
  }

  /** Takes what was looked up in the journal, oldest first. */
  recall(found: readonly Alias[]): void {
    for (const alias of found) {
      this.#known.store.add(alias)
      const { old, producer: id, since: at } = alias
      if (isSmall(old)) this.#makers?.add(old, { id, at })
    }
  }

  #replacement(
    value: string,
    site: Site,
    { around, asking }: Meant,
    uses: Use[],
    leftAlone: LeftAlone[],
  ): Replacement | undefined {
    const { rules } = this.#known
    const aliases = heldIn(value, asking, this.#known)
    const pinned = rules.pin.get(value)
    if (aliases === undefined && pinned === undefined) return undefined
    const { method, path } = around
    const leave = (why: string) => {
      if (leftAlone.length >= MOST_TOLD) return undefined
      const isSecret = aliases?.some(({ secrecy }) => secrecy === 'secret') === true
      const secrecy = isSecret ? 'secret' : secrecyOf(site, rules.secrets)
      leftAlone.push({ place: site.place, value, why, secrecy })
      return undefined
    }
    const forbidden = rules.forbid.find((rule) => rule.matches(method, path, site.place, value))
    if (forbidden !== undefined) return leave(`forbidden by the rule: ${forbidden.text}`)
    const best =
      pinned === undefined
        ? this.#best(aliases!, site, around)
        : pinnedAlias(value, pinned, site, around, rules)
    if (best === null) {
      return aliases!.every((alias) => alias.new === value)
        ? undefined
        : leave(whyLeft(aliases!, site))
    }
    if (best.new === value) return undefined
    uses.push({ place: site.place, alias: best })
    return { text: best.new, as: site.spelling === 'text' ? 'same' : best.becomes }
  }

  #best(aliases: readonly Alias[], site: Site, around: Around): Alias | null {
    // Nothing to choose from, and nothing that names could say against it.
    if (aliases.length === 1 && site.syntax !== 'url' && isStrong(aliases[0]!)) return aliases[0]!
    const meaning = meaningOf(site, around)
    let best: Alias | null = null
    let highest: number = RANKS.none
    for (const alias of aliases) {
      const rank = Math.max(
        rankOf(alias, site, meaning, around),
        this.#foundRank(alias, site, around),
      )
      if (rank === RANKS.none || rank < highest) continue
      best = alias
      highest = rank
    }
    return best
  }

  /** What rules and the recording as a whole say. */
  #foundRank(alias: Alias, site: Site, { method, path }: Around): number {
    const { rules, patterns } = this.#known
    const isAdded = rules.add.some(
      ({ from, to }) =>
        to.matches(method, path, site.place) && from.matches(alias.method, alias.path, alias.place),
    )
    if (isAdded) return RANKS.rule
    if (patterns.isEmpty) return RANKS.none
    const producer = placeOf(alias.method, alias.path, alias)
    return patterns.feeds(producer) && patterns.connects(producer, placeOf(method, path, site))
      ? RANKS.pattern
      : RANKS.none
  }
}

/** Values that may be of something that the backend made: any of the request, and ids of the answer. */
function namesOf(entry: Entry): string[] {
  const said = valuesOfRequest(requestOf(entry))
    .filter(({ value, site }) => site.syntax === 'url' || strengthOf(value) !== 'none')
    .map(({ value }) => value)
  return [...said, ...idsOfAnswer(entry)]
}

/** A value that several things may have, one after the other. */
function isSmall(value: string): boolean {
  return strengthOf(value) === 'weak'
}

function isStrong({ old, meaning }: Alias): boolean {
  return meaning.syntax !== 'url' && strengthOf(old) === 'strong'
}

function pinnedAlias(
  old: string,
  now: string,
  site: Site,
  { method, path }: Around,
  { secrets }: AliasRules,
): Alias {
  const meaning = { syntax: site.syntax, under: '', noun: '', key: '', naming: 'id' } as const
  const said = { producer: 0, since: 0, place: 'pinned by a rule', method, path, meaning }
  return { old, new: now, ...said, becomes: 'same', secrecy: secrecyOf(site, secrets) }
}

/** Digests of a body that is another one now: what they are of cannot always be told. */
function staleDigests({ fields }: Request): LeftAlone[] {
  return fieldPairs(fields)
    .filter(([name]) => /^(?:content-md5|digest|content-digest|repr-digest)$/i.test(name))
    .map(([name, value]) => ({
      place: `header ${name.toLowerCase()}`,
      value,
      why: 'a digest of the body as it was recorded; the body changed',
      secrecy: 'plain' as const,
    }))
}

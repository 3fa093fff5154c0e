import { maskText } from '../../journal/masking/masking.ts'
import type { SecretNames } from '../../journal/masking/names.ts'
import { A_SECRET, Findings, type Explanation } from './difference.ts'
import type { Judge, Place } from './judge.ts'
import { ExactNumber, isSameNumber, parseJson, shownJson, textOf, type Json } from './json-value.ts'
import { isAt, pointerTo } from './pointer-pattern.ts'
import type { CompareRules } from './rules.ts'

// JSON by structure: numbers by value, members by name, items by position unless a rule says otherwise.

/** `before` goes before the pointers in `where`: `body`. */
export function compareJson(
  recorded: Json,
  came: Json,
  judge: Judge,
  unordered: CompareRules['unordered'],
  names: SecretNames,
  before = 'body',
): Findings {
  const findings = new Findings()
  const rules = { unordered, names }
  new JsonComparison(judge, rules, before, findings, []).compare(recorded, came)
  return findings
}

/** In a number, or a word, nothing is hidden. */
const HOLDS_JSON = /^\s*[[{"]/

type Members = { [key: string]: Json }

/** Beyond it is not looked. */
const DEEPEST = 300
/** Of items and members that are held against each other one by one. */
const MOST_MATCHED = 300

class JsonComparison {
  readonly #judge: Judge
  readonly #rules: Pick<CompareRules, 'unordered' | 'names'>
  readonly #before: string
  readonly #findings: Findings
  readonly #steps: string[]

  constructor(
    judge: Judge,
    rules: Pick<CompareRules, 'unordered' | 'names'>,
    before: string,
    findings: Findings,
    steps: readonly string[],
  ) {
    this.#judge = judge
    this.#rules = rules
    this.#before = before
    this.#findings = findings
    this.#steps = [...steps]
  }

  compare(recorded: Json, came: Json): void {
    if (Array.isArray(recorded) && Array.isArray(came)) {
      const isSet = this.#rules.unordered.some(({ place }) => isAt(place, this.#steps))
      if (isSet) this.#asSets(recorded, came)
      else this.#asLists(recorded, came)
    } else if (isMap(recorded) && isMap(came)) this.#asMaps(recorded, came)
    else if (isNumber(recorded) && isNumber(came)) {
      if (!isSameNumber(recorded, came)) this.#scalars(recorded, came)
    } else if (recorded !== came) this.#scalars(recorded, came)
  }

  #scalars(recorded: Json, came: Json): void {
    const place = { where: this.#where(), key: this.#key() }
    const why =
      this.#judge.ofHidden(place.where) ??
      this.#hiddenWithin(recorded, came) ??
      this.#whyOther(place, recorded, came)
    if (why === null) this.#differs(recorded, came)
    else this.#findings.explain(why)
  }

  /** Of JSON that stands as a text, where a mask may stand in it: by structure, too. */
  #hiddenWithin(recorded: Json, came: Json): 'withheld' | null {
    if (!this.#judge.mayHide || typeof recorded !== 'string' || typeof came !== 'string')
      return null
    if (!HOLDS_JSON.test(recorded)) return null
    const [then, now] = [parseJson(recorded), parseJson(came)]
    if (then === undefined || now === undefined) return null
    const trial = new Findings(0)
    new JsonComparison(this.#judge, this.#rules, this.#where(), trial, []).compare(then, now)
    return trial.isSame ? 'withheld' : null
  }

  #whyOther(place: Place, recorded: Json, came: Json): Explanation | null {
    if (typeof recorded === 'string' && typeof came === 'string') {
      return this.#judge.ofTexts(place, recorded, came)
    }
    if (!isNumber(recorded) || !isNumber(came)) return null
    return this.#judge.ofWholes(place, textOf(recorded), textOf(came))
  }

  #asLists(recorded: readonly Json[], came: readonly Json[]): void {
    for (let i = 0; i < Math.max(recorded.length, came.length); i++) {
      this.#at(String(i), recorded[i], came[i])
    }
  }

  #asMaps(recorded: Members, came: Members): void {
    const gone: string[] = []
    for (const key of Object.keys(recorded)) {
      if (Object.hasOwn(came, key)) this.#at(key, recorded[key], came[key])
      else gone.push(key)
    }
    const added = Object.keys(came).filter((key) => !Object.hasOwn(recorded, key))
    for (const key of gone) {
      const renamed = this.#newNameOf(key, added)
      if (renamed === undefined) this.#at(key, recorded[key], undefined)
      else {
        added.splice(added.indexOf(renamed), 1)
        this.#findings.explain('alias')
        this.#at(key, recorded[key], came[renamed])
      }
    }
    for (const key of added) this.#at(key, undefined, came[key])
  }

  /** Members are named by generated values where a map is kept by id. */
  #newNameOf(key: string, added: readonly string[]): string | undefined {
    if (added.length > MOST_MATCHED) return undefined
    const where = this.#where()
    return added.find((other) => this.#judge.ofNames(where, key, other) !== null)
  }

  /** Each recorded item takes the first one that is the same; what is left is told by position. */
  #asSets(recorded: readonly Json[], came: readonly Json[]): void {
    const exact = withoutEqual(recorded, came)
    const free = [...exact.came]
    const isMatchable = Math.max(exact.recorded.length, free.length) <= MOST_MATCHED
    const left = isMatchable
      ? exact.recorded.filter(({ item }) => !this.#takeSame(item, free))
      : exact.recorded
    for (const { item, i } of left) this.#at(String(i), item, free.shift()?.item)
    for (const [n, { item }] of free.entries()) {
      this.#at(String(recorded.length + n), undefined, item)
    }
  }

  /** Takes the first item away that is the same but for what is explained. */
  #takeSame(item: Json, free: Item[]): boolean {
    for (const [at, other] of free.entries()) {
      const trial = new Findings(0)
      this.#inside(trial).compare(item, other.item)
      if (!trial.isSame) continue
      this.#findings.add(trial.found())
      free.splice(at, 1)
      return true
    }
    return false
  }

  #inside(findings: Findings): JsonComparison {
    const steps = [...this.#steps, '*']
    return new JsonComparison(this.#judge, this.#rules, this.#before, findings, steps)
  }

  /** Undefined: nothing is there. */
  #at(step: string, recorded: Json | undefined, came: Json | undefined): void {
    this.#steps.push(step)
    if (recorded === undefined || came === undefined) this.#differs(recorded, came)
    else if (this.#steps.length > DEEPEST) this.#findings.leave(`${this.#where()}: nested too deep`)
    else this.compare(recorded, came)
    this.#steps.pop()
  }

  #differs(recorded: Json | undefined, came: Json | undefined): void {
    const why = this.#judge.noise.ofPointer(this.#steps)
    if (why !== null) {
      this.#findings.explain(why)
      return
    }
    const isSecret = this.#steps.some((step) => this.#rules.names.isMember(Buffer.from(step)))
    const shown = (value: Json | undefined) =>
      value === undefined
        ? null
        : isSecret
          ? A_SECRET
          : shownJson(withoutSecrets(value, this.#rules.names))
    this.#findings.differs(this.#where(), shown(recorded), shown(came))
  }

  #where(): string {
    return this.#steps.length === 0 ? this.#before : `${this.#before} ${pointerTo(this.#steps)}`
  }

  /** The name that a value has, also where it is one of a list. */
  #key(): string {
    return this.#steps.findLast((step) => !/^(\d+|\*)$/.test(step)) ?? ''
  }
}

/** The same value with the secret members of what it holds hidden. */
function withoutSecrets(value: Json, names: SecretNames, depth = 0): Json {
  if (typeof value === 'string') return maskText(value, [], names)
  // Deeper than a value is shown.
  if (depth > 10) return typeof value === 'object' ? '…' : value
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, names, depth + 1))
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      names.isMember(Buffer.from(key)) ? A_SECRET : withoutSecrets(item, names, depth + 1),
    ]),
  )
}

interface Item {
  item: Json
  /** From 0. */
  i: number
}

/** What is left of two lists when items that are written alike are taken from both. */
function withoutEqual(
  recorded: readonly Json[],
  came: readonly Json[],
): { recorded: Item[]; came: Item[] } {
  const places = new Map<string, number[]>()
  for (const [i, item] of came.entries()) {
    const text = JSON.stringify(item)
    const known = places.get(text)
    if (known === undefined) places.set(text, [i])
    else known.push(i)
  }
  const taken = new Set<number>()
  const left = recorded
    .map((item, i) => ({ item, i }))
    .filter(({ item }) => {
      const place = places.get(JSON.stringify(item))?.pop()
      if (place !== undefined) taken.add(place)
      return place === undefined
    })
  return {
    recorded: left,
    came: came.map((item, i) => ({ item, i })).filter(({ i }) => !taken.has(i)),
  }
}

function isMap(value: Json): value is Members {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  )
}

function isNumber(value: Json): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber
}

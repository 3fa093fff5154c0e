import {
  Marks,
  type CancelMark,
  type ClearMark,
  type ReplaceMark,
  type Superseder,
} from './marks.ts'
import type { Reading } from './reading.ts'
import { matchRequest, matchStart } from './request-pattern.ts'
import { madePath, resourcePath, valuesBy, wordsOfPath } from './resources.ts'
import type { CompactRule, ReplaceRule, ResourceRule } from './rules.ts'

export type Mark = ReplaceMark | CancelMark | ClearMark

/** What later requests supersede, by rules. */
export class Marked {
  readonly replaced = new Marks<ReplaceMark>()
  readonly cancelled = new Marks<CancelMark>()
  readonly cleared = new Map<string, ClearMark>()
  readonly resourceRules: readonly ResourceRule[]
  readonly #replaceRules: readonly ReplaceRule[]

  constructor(rules: readonly CompactRule[]) {
    this.#replaceRules = rules.filter((rule) => rule.kind === 'replaces')
    this.resourceRules = rules.filter((rule) => rule.kind !== 'replaces')
  }

  /** All that a request is superseded by. */
  of(reading: Reading): Mark[] {
    const marks: (Mark | undefined)[] = [
      ...this.#clearsOf(reading),
      this.#cancelOf(reading),
      this.#replaceOf(reading),
    ]
    return marks.filter((mark) => mark !== undefined)
  }

  #replaceOf(reading: Reading): ReplaceMark | undefined {
    for (const rule of this.#replaceRules) {
      for (const pattern of rule.what) {
        const captured = matchRequest(pattern, reading)
        if (captured === null) continue
        const mark = this.replaced.get(keyOf(rule, valuesBy(pattern.path.names, captured)))
        if (mark !== undefined) return mark
      }
    }
    return undefined
  }

  /** Of the resource that a request was sent to, or to what is below it; or that it made. */
  #cancelOf(reading: Reading): CancelMark | undefined {
    const made = this.resourceRules.flatMap((rule) => madePath(rule, reading) ?? [])
    for (const path of [...reading.paths, ...made]) {
      const mark = this.cancelled.get(path)
      if (mark !== undefined) return mark
    }
    return undefined
  }

  /** Of resources that are gone together with it, or of the same request once more. */
  #clearsOf(reading: Reading): ClearMark[] {
    if (this.cleared.size === 0) return []
    return this.resourceRules.flatMap((rule) => {
      const path = resourcePath(rule, reading)
      const values = path === null ? null : matchStart(rule.resource, path.slice(1).split('/'))
      const captured = matchRequest(rule.by, reading)
      const keys = [
        ...(values === null ? [] : [keyOf(rule, valuesBy(rule.resource.names, values))]),
        ...(captured === null ? [] : [keyOf(rule, valuesBy(rule.by.path.names, captured))]),
      ]
      return keys.flatMap((key) => this.cleared.get(key) ?? []).slice(0, 1)
    })
  }

  /** Marks what a request supersedes, but for what it cancels. */
  set(reading: Reading, by: Superseder): void {
    for (const rule of this.#replaceRules) {
      const captured = matchRequest(rule.by, reading)
      if (captured === null) continue
      const path = reading.paths.at(-1)!
      const names = wordsOfPath(path, rule.by.path.segments)
      const key = keyOf(rule, valuesBy(rule.by.path.names, captured))
      this.replaced.set({ key, rule, by, path, names })
    }
    for (const rule of this.resourceRules) {
      const captured = rule.kind === 'clears' ? matchRequest(rule.by, reading) : null
      if (captured === null) continue
      const key = keyOf(rule, valuesBy(rule.by.path.names, captured))
      this.cleared.delete(key)
      this.cleared.set(key, { key, rule, by, spoken: new Set(), isNeeded: false })
      if (this.cleared.size > MOST_CLEARED) this.cleared.delete([...this.cleared.keys()][0]!)
    }
  }
}

const MOST_CLEARED = 1_000

/** Of requests that a rule holds against each other: what it captures of them is the same. */
function keyOf(rule: CompactRule, values: ReadonlyMap<string, string>): string {
  return [rule.text, ...rule.by.path.names.map((name) => values.get(name)!)].join('\n')
}

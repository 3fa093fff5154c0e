import { pathOf, type Entry } from '../../journal/entry.ts'
import { strengthOf } from '../../aliases/strength.ts'
import { aroundOf, meaningOf, type Around } from '../aliases/meaning.ts'
import { nounOf } from '../aliases/naming.ts'
import {
  namesOfValue,
  recordedAnswer,
  requestOf,
  valuesOfAnswer,
  valuesOfRequest,
  type Found,
} from '../aliases/values.ts'
import { AS_RECORDED, nameOf, pathIn, type Names } from './names.ts'
import type { Asked } from './request-pattern.ts'
import { madeOf } from './traits.ts'

/** The values of an entry, each message walked once, and only when somebody asks. */
export class Walked {
  readonly entry: Entry
  #said: Found[] | null = null
  #answered: Found[] | null = null

  constructor(entry: Entry) {
    this.entry = entry
  }

  get said(): readonly Found[] {
    return (this.#said ??= valuesOfRequest(requestOf(this.entry)))
  }

  get answered(): readonly Found[] {
    if (this.#answered === null) {
      const answer = recordedAnswer(this.entry)
      this.#answered = answer === null ? [] : valuesOfAnswer(answer)
    }
    return this.#answered
  }
}

/** What compaction asks of one entry, in the names of what was recorded first. */
export class Reading implements Asked {
  readonly entry: Entry
  readonly method: string
  readonly segments: readonly string[]
  /** The path of each of its segments: `/things` and `/things/17`. */
  readonly paths: readonly string[]
  readonly query: 'none' | 'some'
  readonly #walked: Walked
  readonly #names: Names
  #around: Around | null = null
  #used: Used | null = null
  #products: Products | null = null
  #made: { path: string | null; id: string | null } | null | undefined

  constructor(walked: Walked, names: Names = AS_RECORDED) {
    const { entry } = walked
    this.entry = entry
    this.#walked = walked
    this.#names = names
    const { method, target } = entry
    this.method = method
    this.segments = pathIn(names, pathOf(target)).slice(1).split('/')
    const paths: string[] = []
    for (const segment of this.segments) paths.push(`${paths.at(-1) ?? ''}/${segment}`)
    this.paths = paths
    this.query = target.includes('?') ? 'some' : 'none'
  }

  /** Values that the request may use, by names that tell them apart, and the entries that it has them of. */
  get uses(): readonly string[] {
    return this.#usedBy.all
  }

  get #usedBy(): Used {
    if (this.#used !== null) return this.#used
    const around = this.#place
    const certain = new Set<string>()
    const others: string[] = []
    for (const { value, site } of this.#walked.said) {
      const called = this.#names.get(value)
      const namesBy = (name: string) => namesOfValue(value, site, around, 'use', name)
      for (const one of namesBy(called?.name ?? value)) certain.add(one)
      for (const other of called?.others ?? []) others.push(...namesBy(other))
      if (site.syntax === 'etag') {
        const path = pathIn(this.#names, around.path)
        const names = [called?.name ?? value, ...(called?.others ?? [])]
        others.push(...names.map((name) => tagName(path, name)))
      }
      for (const { producers, noun } of called?.given ?? []) {
        if (!isMeant({ value, site }, around, noun)) continue
        for (const producer of producers) certain.add(answerOf(producer))
      }
    }
    return (this.#used = { certain, all: [...new Set([...certain, ...others])] })
  }

  /** Values that the answer brings. */
  get produces(): readonly string[] {
    return this.#produced.certain
  }

  /** The same, with what they may be called besides. */
  get mayProduce(): readonly string[] {
    return this.#produced.all
  }

  get #produced(): Products {
    if (this.#products !== null) return this.#products
    const around = this.#place
    const { certain: uses } = this.#usedBy
    const certain = new Set([answerOf(this.entry.id)])
    const others = new Set<string>()
    const tags: string[] = []
    for (const { value, site } of this.#walked.answered) {
      const called = this.#names.get(value)
      const name = called?.name ?? value
      for (const one of namesOfValue(value, site, around, 'product', name)) {
        if (!uses.has(one)) certain.add(one)
      }
      if (site.syntax === 'etag') tags.push(tagName(pathIn(this.#names, around.resource), name))
      for (const other of called?.others ?? []) {
        for (const one of namesOfValue(value, site, around, 'product', other)) others.add(one)
      }
    }
    const all = [...certain, ...tags]
    return (this.#products = { certain: all, all: others.size === 0 ? all : [...all, ...others] })
  }

  /**
   * What the request may speak of. Small numbers by what the names around them say that they denote, for as
   * a quantity they stand everywhere; all else as it is.
   */
  mentions(): string[] {
    return this.#mentionsIn(this.#walked.said, this.uses)
  }

  /** The same of its answer. */
  mentionsOfAnswer(): string[] {
    return this.#mentionsIn(this.#walked.answered, this.produces)
  }

  #mentionsIn(found: readonly Found[], names: readonly string[]): string[] {
    const mentioned = new Set(names)
    for (const { value, site } of found) {
      if (value.length > LONGEST) continue
      const called = this.#names.get(value)
      if (isNaming({ value, site }, this.#place)) mentioned.add(`=${called?.name ?? value}`)
      else if (site.syntax === 'named') continue
      for (const other of called?.others ?? []) mentioned.add(`=${other}`)
    }
    return [...mentioned]
  }

  /** What it made, as its answer tells: its path, or its id; null: nothing. */
  get made(): { path: string | null; id: string | null } | null {
    if (this.#made !== undefined) return this.#made
    const told = madeOf(this.entry)
    return (this.#made = told && {
      path: told.path && pathIn(this.#names, told.path),
      id: told.id && nameOf(this.#names, told.id),
    })
  }

  /** What a segment of its path, or an id that its answer tells, may be called besides. */
  othersOf(name: string): readonly string[] {
    const end = name.lastIndexOf('\t')
    return end === -1 ? [] : (this.#names.get(name.slice(0, end))?.others ?? [])
  }

  get #place(): Around {
    return (this.#around ??= aroundOf(this.entry, () => false))
  }
}

interface Used {
  /** Without tags, and what values may be called besides. */
  certain: ReadonlySet<string>
  all: readonly string[]
}

interface Products {
  certain: readonly string[]
  all: readonly string[]
}

/** The answer of one entry, as something that is used: what a restore gave is known by it. */
function answerOf(id: number): string {
  return `answer ${id}`
}

/** Tags are small at times, and mean something only with their resource. */
function tagName(path: string, value: string): string {
  return `etag ${path} ${value}`
}

/** How a resource may be called that has this segment in its path, as mentions are called. */
export function namesOf(segment: string, before: string | undefined): string[] {
  if (!isSmallNumber(segment)) return [`=${segment}`]
  return [`=${segment}`, `${nounOf(before ?? '')} ${segment}`]
}

function isNaming({ value, site }: Found, around: Around): boolean {
  if (!isSmallNumber(value)) return true
  if (site.syntax !== 'named') return false
  const { naming, noun } = meaningOf(site, around)
  // A `parentId` may be the id of anything.
  return naming === 'id' && noun !== ''
}

/** Whether a value may be the one that a restore gave: a small number under another noun is a quantity. */
function isMeant(found: Found, around: Around, noun: string): boolean {
  const { value, site } = found
  if (!isSmallNumber(value) || site.syntax !== 'named' || isNaming(found, around)) return true
  const meaning = meaningOf(site, around)
  return meaning.naming === 'id' || meaning.noun === noun || meaning.noun.endsWith(` ${noun}`)
}

const LONGEST = 4096

/** Also one that has its name in one life only. */
function isSmallNumber(value: string): boolean {
  return /^\d+(\t\d+)?$/.test(value) && strengthOf(value) !== 'strong'
}

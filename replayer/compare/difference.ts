import { clip } from '../table.ts'

/**
 * One place where what came is not what was recorded. Null: there is nothing there.
 * `where`: `status`, `grpc-status`, `header location`, `body` (the whole of it), `body /a/0/b` (RFC 6901),
 * `body line 3` (of the recorded one, or where nothing was recorded, of the one that came),
 * `body length`, `body digest`.
 */
export interface Difference {
  where: string
  recorded: string | null
  came: string | null
}

/**
 * Why another value is no difference. `alias`: it is the new one of a generated value; `ignored`: a
 * rule of the user says so; `learned`: it came out differently in two runs; the others are shapes.
 * `origin`: a link to the backend itself, by the name that it was asked under. `withheld`: a secret whose
 * recorded value is not known.
 */
export type Explanation = 'alias' | 'ignored' | 'learned' | 'origin' | 'withheld' | Shape

/** Values that are never the same twice, known by how they look and mostly by how they are named. */
export const SHAPES = ['time', 'duration', 'age', 'id'] as const
export type Shape = (typeof SHAPES)[number]

/** How many other values were no differences, by why. */
export type Explained = Readonly<Partial<Record<Explanation, number>>>

/** What a comparison found; as JSON it stands in the journal. */
export interface Found {
  /** At most 50, in the order of status, headers and body; their values at most 200 characters long. */
  differences: readonly Difference[]
  /** Differences beyond those. */
  unlisted: number
  explained: Explained
  /** What could not be compared and why, as `body: it was recorded truncated`. */
  uncompared: readonly string[]
}

const MOST_LISTED = 50
const MOST_SHOWN = 200

/** Stands for a value that must not be shown, and not be kept in clear. */
export const A_SECRET = '(a secret)'

/** Gathers what a comparison finds. */
export class Findings {
  readonly #most: number
  readonly #differences: Difference[] = []
  readonly #explained: Partial<Record<Explanation, number>> = {}
  readonly #uncompared: string[] = []
  #unlisted = 0

  constructor(most = MOST_LISTED) {
    this.#most = most
  }

  get isSame(): boolean {
    return this.#differences.length === 0 && this.#unlisted === 0
  }

  differs(where: string, recorded: string | null, came: string | null): void {
    if (this.#differences.length === this.#most) this.#unlisted++
    else {
      this.#differences.push({
        where: clip(where, MOST_SHOWN),
        recorded: recorded && shown(recorded),
        came: came && shown(came),
      })
    }
  }

  explain(why: Explanation): void {
    this.#explained[why] = (this.#explained[why] ?? 0) + 1
  }

  leave(what: string): void {
    this.#uncompared.push(what)
  }

  /** Takes over what another one found. */
  add({ differences, unlisted, explained, uncompared }: Found): void {
    for (const { where, recorded, came } of differences) this.differs(where, recorded, came)
    this.#unlisted += unlisted
    for (const [why, n] of Object.entries(explained)) {
      this.#explained[why as Explanation] = (this.#explained[why as Explanation] ?? 0) + n
    }
    this.#uncompared.push(...uncompared)
  }

  found(): Found {
    return {
      differences: this.#differences,
      unlisted: this.#unlisted,
      explained: this.#explained,
      uncompared: this.#uncompared,
    }
  }
}

/** Cut before it is measured: it may be megabytes long. */
function shown(value: string): string {
  return clip(value.slice(0, MOST_SHOWN * 2), MOST_SHOWN)
}

import type { Entry } from '../../journal/entry.ts'
import type { ProducedAt } from './produced.ts'
import type { Template } from './template.ts'

// A sequence of recorded requests as somebody else may send them. All text is latin-1, one code
// point a byte.

export interface Recipe {
  /** The last one is the failure. */
  steps: readonly Step[]
  /** What must be given from outside, and what it is. */
  secrets: readonly { variable: string; what: string }[]
}

export interface Step {
  entry: Entry
  method: string
  /** Path and query. */
  target: Template
  fields: readonly { name: string; value: Template }[]
  /** Null: none. `missing`: it is too long, or was not kept whole. */
  body: Template | null | 'missing'
  /** What later steps need of its answer. */
  takes: readonly { variable: string; recorded: string; at: ProducedAt }[]
  /** What somebody must see to. */
  remarks: readonly string[]
  /** Whether it must be answered below 400 for the rest to make sense. */
  expects: 'success' | 'anything'
}

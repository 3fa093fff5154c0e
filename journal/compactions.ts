import type { Micros } from './entry.ts'

/** Rules of compaction that were shown to make no difference to the state. */
export interface VerifiedRules {
  stream: string
  /** SHA-256 of their normal form, in hex. */
  digest: string
  /** In their normal form. */
  rules: readonly string[]
  /** The newest entry of the plans that showed it. */
  entry: number
  /** Entries of the whole plan, and how many of them the other one left out. */
  planned: number
  leftOut: number
  /** The runs of the two. */
  wholeRun: number
  compactRun: number
  verifiedAt: Micros
  /** Null: nobody that is known. */
  verifiedBy: string | null
}

/** Which rules of compaction were verified. Every method rejects with a Problem. */
export interface CompactionStore {
  /** In the place of what was known of the same rules. */
  noteVerified(rules: Omit<VerifiedRules, 'verifiedAt'>): Promise<VerifiedRules>
  /** The latest first. */
  verifiedRules(stream: string): Promise<VerifiedRules[]>
  /** They were shown to make a difference. Answers whether they had been verified. */
  withdrawVerified(stream: string, digest: string): Promise<boolean>
}

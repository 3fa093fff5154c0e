import { streamedSyntax, type Syntax } from '../../aliases/streaming/body-rewriter.ts'
import { streamedCoding } from '../../aliases/streaming/coding-streams.ts'
import { fieldValue, type RawFields } from '../../wire/fields.ts'

/** Bytes of a body that is gathered, so that its length can be said again, and its digests made anew. */
export const MOST = 1024 * 1024

/**
 * How values are replaced in a body: not at all; while it is there whole; as it streams, without a length;
 * or, where it may be JSON that is not called so, in one of these ways if it begins like that.
 */
export type Treatment =
  | { how: 'passed'; why: 'coding' | 'partial' | null }
  | { how: 'gathered' | 'streamed'; syntax: Syntax }
  | { how: 'sniffed'; syntax: Syntax; ifJson: 'gathered' | 'streamed' }

/** Whether a part of such a body is one of what is renamed; of what may be JSON nothing tells. */
export function isOfRenamed(fields: RawFields): boolean {
  if (/^\s*multipart\/byteranges\b/i.test(fieldValue(fields, 'content-type') ?? '')) return true
  const treatment = treatmentOf(fields)
  return treatment.how !== 'passed' && isNamed(treatment.syntax)
}

/** Whether its type says that it is renamed. */
export function isNamed(syntax: Syntax): boolean {
  return syntax !== 'plain' && syntax !== 'untyped'
}

export function treatmentOfRequest(fields: RawFields): Treatment {
  // Who waits for the word of the backend sends nothing before it.
  const must = fieldValue(fields, 'expect') === undefined ? 'nothing' : 'stream'
  const treatment = treatmentOf(fields, must)
  const isPart = treatment.how !== 'passed' && fieldValue(fields, 'content-range') !== undefined
  return isPart ? { how: 'passed', why: 'partial' } : treatment
}

/** `must` stream: who sends it waits for the word of the other side, and so nothing comes before its head goes on. */
export function treatmentOf(fields: RawFields, must: 'stream' | 'nothing' = 'nothing'): Treatment {
  const syntax = streamedSyntax(fields)
  if (syntax === null) return { how: 'passed', why: null }
  const coding = streamedCoding(fields)
  const length = fieldValue(fields, 'content-length')
  const isShort = length !== undefined && Number(length) <= MOST && must === 'nothing'
  if (isShort && syntax === 'untyped' && coding === null) {
    return { how: 'sniffed', syntax, ifJson: 'gathered' }
  }
  if (isShort) return { how: 'gathered', syntax }
  if (coding === undefined) return { how: 'passed', why: 'coding' }
  if (syntax !== 'plain' && syntax !== 'untyped') return { how: 'streamed', syntax }
  // Most of these are no JSON. How they begin shows only where it is not coded.
  if (coding !== null) return { how: 'passed', why: null }
  if (length === undefined) return { how: 'streamed', syntax }
  return must === 'stream'
    ? { how: 'passed', why: null }
    : { how: 'sniffed', syntax, ifJson: 'streamed' }
}

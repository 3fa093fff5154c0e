import type { Entry } from '../../../journal/entry.ts'
import type { Answer } from '../../../replayer/answer.ts'
import { compare, type Comparison } from '../../../replayer/compare/compare.ts'
import type { Explains } from '../../../replayer/compare/judge.ts'
import { parseCompareRules } from '../../../replayer/compare/parse-rules.ts'
import { body, newEntry, asRead } from '../../journal/entries.ts'

/** What a test says of an answer; the rest is an empty 200. */
export interface SaidAnswer {
  status?: number
  fields?: string[]
  body?: string | Buffer
}

/** When answers were recorded, and when they came again. */
export const THEN = Date.UTC(2026, 0, 15, 12) * 1000
export const NOW = Date.UTC(2026, 1, 20, 18) * 1000

export const JSON_TYPE = ['Content-Type', 'application/json']

export function entryWith({ status = 200, fields = [], body: bytes = '' }: SaidAnswer): Entry {
  const entry = newEntry(1, {
    arrivedAt: THEN - 1000,
    answeredAt: THEN,
    request: { method: 'PUT', target: '/things/7?x=1', fields: ['Host', 'shop.example:8080'] },
    response: { status, fields, body: body(bytes) },
  })
  return { id: 1, ...asRead('s', 'r', entry) }
}

export function answerWith({ status = 200, fields = [], body = '' }: SaidAnswer): Answer {
  return { status, reason: '', fields, body: Buffer.from(body), trailers: [] }
}

/** Compares by rules as they stand in a file. */
export function compared(
  recorded: SaidAnswer,
  came: SaidAnswer,
  rules?: unknown,
  explains: Explains = () => null,
): Comparison {
  return compare(entryWith(recorded), answerWith(came), parseCompareRules(rules), explains, NOW)
}

/** Two values as JSON bodies. A text stands for itself. */
export function comparedJson(
  recorded: unknown,
  came: unknown,
  rules?: unknown,
  explains: Explains = () => null,
): Comparison {
  const said = (value: unknown) => ({
    fields: JSON_TYPE,
    body: typeof value === 'string' ? value : JSON.stringify(value),
  })
  return compared(said(recorded), said(came), rules, explains)
}

/** `where recorded -> came`, one each. */
export function told({ differences }: Pick<Comparison, 'differences'>): string[] {
  return differences.map(({ where, recorded, came }) => `${where} ${recorded} -> ${came}`)
}

/** Takes these pairs for generated values. */
export function aliases(pairs: Readonly<Record<string, string>>): Explains {
  return (_, recorded, now) => (pairs[recorded] === now ? 'alias' : null)
}

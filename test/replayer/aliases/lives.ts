import fc from 'fast-check'
import type { Entry } from '../../../journal/entry.ts'
import type { Alias } from '../../../replayer/aliases/alias.ts'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import type { Restored } from '../../../replayer/aliases/lives.ts'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import type { Backend } from './backend.ts'
import { history, type Act, type Client } from './client.ts'
import { answerOf, entryOf, requestOf } from './exchanges.ts'

// A backend that is lost and restored again and again gives other ids each time, and what is recorded
// between two restores has those of the former one.

export interface Life {
  /** What clients did. */
  acts: readonly Act[]
  /** By which ids they go on in the next. */
  knowing: 'what it knew' | 'what it reads'
}

export const lives: fc.Arbitrary<readonly Life[]> = fc.array(
  fc.record({
    acts: history,
    knowing: fc.constantFrom('what it knew' as const, 'what it reads' as const),
  }),
  { minLength: 2, maxLength: 4 },
)

/** What is in the journal of a stream. */
export interface Recording {
  entries: Entry[]
  restored: Restored[]
  /** By run. */
  aliases: Alias[][]
}

export function note({ entries }: Recording, client: Client, from: number): void {
  for (const { asked, answered } of client.exchanges.slice(from)) {
    if (answered.status >= 400) continue
    const { status, fields: answerFields, body: answer } = answered
    const id = entries.length + 1
    const said = { ...asked, fields: [...asked.fields], id, status, answerFields, answer }
    const kept = { verdict: 'applied', recorder: 'a', requestCapture: 'complete' } as const
    entries.push({ ...entryOf(said), ...kept })
  }
}

/**
 * Sends all but what is left out to a blank backend; answers what came otherwise than it was recorded.
 * `limit`: see AliasesOptions.
 */
export function restore(
  recording: Recording,
  backend: Pick<Backend, 'answer'>,
  left: { has(entry: number): boolean } = new Set(),
  limit?: number,
): string[] {
  const { restored, aliases } = recording
  const entries = recording.entries.filter(({ id }) => !left.has(id))
  const patterns = new Patterns()
  for (const entry of entries) patterns.observe(entry)
  const knows = new Aliases({ patterns, restored, ...(limit !== undefined && { limit }) })
  const learned: Alias[] = []
  const otherwise = entries.flatMap((entry) => {
    knows.turn(entry.orderedAt - 1)
    for (const { life, run, values } of knows.wantedOfRestores([entry])) {
      const its = aliases[run]!
      const given = its.filter((one) => values.includes(one.new) && !left.has(one.producer))
      const taken = its.filter((one) => values.includes(one.old))
      knows.recallGiven(life, given, taken)
    }
    const wanted = knows.wanted([entry])
    knows.recall(learned.filter(({ old }) => wanted.includes(old)))
    const { request } = knows.rewrite(entry, requestOf(entry))
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
    const { status, fields: answerFields, body: answer } = backend.answer({ ...request, body })
    learned.push(...knows.learn(entry, request, answerOf({ status, answerFields, answer })))
    if (status === entry.status) return []
    return [`${entry.id} ${entry.method} ${entry.target} as ${request.target}: ${status}`]
  })
  aliases.push(learned)
  restored.push({ run: aliases.length - 1, upTo: recording.entries.length })
  return otherwise
}

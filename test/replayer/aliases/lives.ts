import fc from 'fast-check'
import type { Journal } from '../../../journal/contract.ts'
import type { Entry } from '../../../journal/entry.ts'
import type { Alias } from '../../../replayer/aliases/alias.ts'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import type { Restored } from '../../../replayer/aliases/lives.ts'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import { recall } from '../../../replayer/run/given-values.ts'
import { runAlias } from '../../../replayer/run/kept-aliases.ts'
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
  /** By run: the entries that it sent. */
  sent: Set<number>[]
}

export function blankRecording(): Recording {
  return { entries: [], restored: [], aliases: [], sent: [] }
}

/** What a replay asks of the runs before it. */
export function journalOf({ aliases, sent }: Recording): Pick<Journal, 'aliases' | 'attempted'> {
  return {
    async aliases({ id }, which) {
      const { old, new: came } = which as { old?: string[]; new?: string[] }
      const found = aliases[id]!.filter((one) => old?.includes(one.old) ?? came!.includes(one.new))
      return found.map((one, number) => ({ ...runAlias(one), number }))
    },
    async attempted({ id }, entries) {
      const its = (entries as number[]).filter((entry) => sent[id]!.has(entry))
      return its.map((entry) => ({ entry, position: 0, outcome: 'same' as const }))
    },
  }
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
export async function restore(
  recording: Recording,
  backend: Pick<Backend, 'answer'>,
  left: { has(entry: number): boolean } = new Set(),
  limit?: number,
): Promise<string[]> {
  const { restored, aliases, sent } = recording
  const entries = recording.entries.filter(({ id }) => !left.has(id))
  const patterns = new Patterns()
  for (const entry of entries) patterns.observe(entry)
  const knows = new Aliases({ patterns, restored, ...(limit !== undefined && { limit }) })
  const journal = journalOf(recording)
  const run = { stream: 's', id: sent.push(new Set()) - 1 }
  aliases.push([])
  const otherwise: string[] = []
  for (const [at, entry] of entries.entries()) {
    if (at % PAGE === 0) {
      const page = entries.slice(at, at + PAGE)
      knows.turn(entry.orderedAt - 1)
      await recall(journal, run, knows, page)
    }
    const { request } = knows.rewrite(entry, requestOf(entry))
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
    const { status, fields: answerFields, body: answer } = backend.answer({ ...request, body })
    sent[run.id]!.add(entry.id)
    aliases[run.id]!.push(
      ...knows.learn(entry, request, answerOf({ status, answerFields, answer })),
    )
    if (status === entry.status) continue
    otherwise.push(`${entry.id} ${entry.method} ${entry.target} as ${request.target}: ${status}`)
  }
  restored.push({ run: run.id, upTo: recording.entries.length })
  return otherwise
}

/** Entries that are read at a time: what those before them taught is not all known by then. */
const PAGE = 5

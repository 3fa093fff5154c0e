import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '../../../journal/entry.ts'
import type { Alias } from '../../../replayer/aliases/alias.ts'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import type { Restored } from '../../../replayer/aliases/lives.ts'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import { Backend, IDS, type Ids } from './backend.ts'
import { Client, history, type Act } from './client.ts'
import { answerOf, entryOf, requestOf } from './exchanges.ts'

// A backend that is lost and restored again and again gives other ids each time, and what is recorded
// between two restores has those of the former one. Each restore sends all of it.

/** Histories; the variable REPRISE_HISTORIES says how many more. */
const RUNS = Number(process.env['REPRISE_HISTORIES'] ?? 200)

/** Another one each time where more histories were asked for. */
const SEED = process.env['REPRISE_HISTORIES'] === undefined ? 2026 : undefined

/** What is in the journal of a stream. */
interface Recording {
  entries: Entry[]
  restored: Restored[]
  /** By run. */
  aliases: Alias[][]
}

function note({ entries }: Recording, client: Client, from: number): void {
  for (const { asked, answered } of client.exchanges.slice(from)) {
    if (answered.status >= 400) continue
    const { status, fields: answerFields, body: answer } = answered
    const id = entries.length + 1
    entries.push(entryOf({ ...asked, fields: [...asked.fields], id, status, answerFields, answer }))
  }
}

/** Sends all of it to a blank backend; answers what came. */
function restore({ entries, restored, aliases }: Recording, backend: Backend): string[] {
  const patterns = new Patterns()
  for (const entry of entries) patterns.observe(entry)
  const knows = new Aliases({ patterns, restored })
  const learned: Alias[] = []
  const came = entries.map((entry) => {
    for (const { life, run, values } of knows.wantedOfRestores([entry])) {
      const its = aliases[run]!
      const given = its.filter((one) => values.includes(one.new))
      const taken = its.filter((one) => values.includes(one.old) && one.old !== one.new)
      knows.recallGiven(life, given, taken)
    }
    const { request } = knows.rewrite(entry, requestOf(entry))
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
    const { status, fields: answerFields, body: answer } = backend.answer({ ...request, body })
    learned.push(...knows.learn(entry, request, answerOf({ status, answerFields, answer })))
    return `${entry.id} ${request.method} ${entry.target} as ${request.target}: ${status}`
  })
  aliases.push(learned)
  restored.push({ run: aliases.length - 1, upTo: entries.length })
  return came
}

/** What clients did in each life, and what they know in the next. */
const lives = fc.array(
  fc.record({
    acts: history,
    knowing: fc.constantFrom('what it knew' as const, 'what it reads' as const),
  }),
  { minLength: 2, maxLength: 4 },
)

test.each(IDS)('after each restore the state is the same up to ids that are %s', (ids) => {
  fc.assert(
    fc.property(lives, fc.nat(1e6), (all, seed) => livesHold(all, ids, seed)),
    { numRuns: RUNS, ...(SEED !== undefined && { seed: SEED }) },
  )
})

type Life = { acts: readonly Act[]; knowing: 'what it knew' | 'what it reads' }

function livesHold(all: readonly Life[], ids: Ids, seed: number): void {
  const recording: Recording = { entries: [], restored: [], aliases: [] }
  let backend = new Backend(ids, seed)
  const client = new Client(backend)
  for (const [life, { acts, knowing }] of all.entries()) {
    const from = client.exchanges.length
    for (const act of acts) client.do(act)
    note(recording, client, from)
    const again = new Backend(ids, seed + 7919 * (life + 1))
    const came = restore(recording, again)
    expect(came).toEqual(
      came.map((line, i) => line.replace(/\d+$/, String(recording.entries[i]!.status))),
    )
    expect(again.state()).toEqual(backend.state())
    client.goOn(again, knowing)
    backend = again
  }
}

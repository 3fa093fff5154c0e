import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alias } from '../../../replayer/aliases/alias.ts'
import { Aliases } from '../../../replayer/aliases/aliases.ts'
import { Patterns } from '../../../replayer/aliases/patterns.ts'
import { Backend, IDS, type Ids } from './backend.ts'
import { Client, history, type Act } from './client.ts'
import { answerOf, entryOf, requestOf } from './exchanges.ts'

// Whatever clients did: played again against a backend that makes up other ids, every request is
// answered as it was, and what is kept in the end is the same but for the ids.

/** Histories; the variable REPRISE_HISTORIES says how many more. */
const RUNS = Number(process.env['REPRISE_HISTORIES'] ?? 150)

/** What a client did, played again: each exchange as it was and is, and both states. `limit`: see AliasesOptions. */
function replayed(
  acts: readonly Act[],
  ids: Ids,
  { seed, limit }: { seed: number; limit: number },
) {
  const recorded = new Backend(ids, seed)
  const client = new Client(recorded)
  for (const act of acts) client.do(act)
  const entries = client.exchanges.map(({ asked, answered }, i) =>
    entryOf({
      ...asked,
      fields: [...asked.fields],
      ...{
        id: i + 1,
        status: answered.status,
        answerFields: answered.fields,
        answer: answered.body,
      },
    }),
  )
  const patterns = new Patterns()
  for (const entry of entries) patterns.observe(entry)
  const aliases = new Aliases({ patterns, limit })
  const learned: Alias[] = []
  const again = new Backend(ids, seed + 7919)
  const exchanges = entries.map((entry) => {
    aliases.turn(entry.orderedAt - 1)
    const wanted = aliases.wanted([entry])
    aliases.recall(learned.filter(({ old }) => wanted.includes(old)))
    const { request } = aliases.rewrite(entry, requestOf(entry))
    const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
    const { status, fields: answerFields, body: answer } = again.answer({ ...request, body })
    learned.push(...aliases.learn(entry, request, answerOf({ status, answerFields, answer })))
    const what = `${request.method} ${entry.target} as ${request.target}`
    return { was: `${what}: ${entry.status}`, now: `${what}: ${status}` }
  })
  return { recorded, again, exchanges }
}

test.each(IDS)('the state is the same up to ids that are %s', (ids) => {
  fc.assert(
    fc.property(history, fc.nat(1e6), fc.constantFrom(1, 5_000), (acts, seed, limit) => {
      const { recorded, again, exchanges } = replayed(acts, ids, { seed, limit })
      expect(exchanges.map(({ now }) => now)).toEqual(exchanges.map(({ was }) => was))
      expect(again.state()).toEqual(recorded.state())
    }),
    { numRuns: RUNS },
  )
})

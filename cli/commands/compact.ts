import type { VerifiedRules } from '../../journal/compactions.ts'
import type { Journal } from '../../journal/contract.ts'
import { digestOf } from '../../replayer/compacting/rules.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { counted, isoTime } from '../../replayer/show.ts'
import { printable } from '../../replayer/table.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import {
  compactCommandMissing,
  compactCommandSettings,
  NOT_ASKED,
  type CompactCommandSettings,
} from '../compact-command-settings.ts'
import { verifyCompaction } from '../compact-verify.ts'
import { withJournal } from '../database.ts'
import { printJson } from '../looking-settings.ts'
import { ledgerPlace } from '../replaying.ts'
import { logger } from '../serving.ts'

export const compactCommand = command({
  settings: compactCommandSettings,
  words: ['stream'],
  wordsMayLack: true,
  details: `
Rules of compaction (--compact-rules, a rule a line; in the file that commands share a list) say which later
request makes which earlier ones needless:
  PUT /things/:id replaces PUT|PATCH /things/:id, POST /things/:id/rename
      so much of what was sent for the same :id before; a PUT that was answered 201 stays
  DELETE /things/:id cancels /things/:id made by POST /things
      what made it, all that was sent to it and below it, and the request itself; where what made it was not
      recorded, the request itself stays
  DELETE /things clears /things/:id made by POST /things
      the same for all of them; the request itself stays
:name is any one segment, and the same wherever it stands in a rule; * is any method, PUT|PATCH either. What
'made by' names makes a resource whose path its answer tells (Location), or whose id (id in its JSON).
Requests with a query are meant only where the path ends in ?*; what is sent to a resource, by any.

Whatever the rules say, these stay: what something that is sent uses (a value of its answer, or what it did
to something that is spoken of in between), what overlapped with the later request, what failed or is in
doubt. Only what was answered with success supersedes, and nothing changes its place.

'reprise plan --compact' shows what rules leave out. With --verify two fresh backends are restored (or one,
twice, with --reset), one from everything and one from the rest, and probes are compared; where they agree, that
is kept: 'reprise replay --compact' sends the rest by these very rules and by no others, and --restore-compact
lets restores use them.
Both begin behind the furthest checkpoint. Without --verify it lists what was verified.

Exit codes: 0 the same state (or listed), 1 a run failed or the state could not be asked for, 2 wrong
settings, 3 the states differ, 4 no PostgreSQL, no such stream, target not allowed, or a rule that leaves out
nothing, 130 interrupted.

Examples:
  reprise compact shop
  reprise compact shop --verify --probe 'GET /api/state' --base-url http://127.0.0.1:3000 \\
    --second-url http://127.0.0.1:3001 --compact-rules 'PUT /things/:id replaces PUT /things/:id'`,
  missing: compactCommandMissing,
  async run(given, surroundings) {
    const settings: CompactCommandSettings = { ...given, ...NOT_ASKED }
    const log = logger(surroundings, 'compact')
    return withJournal(settings, surroundings.signal, log, async (journal, { secrets }) => {
      const stream = await chooseStream(journal, settings.stream)
      if (!settings.verify) return list(journal, stream, settings, surroundings)
      const ledger = ledgerPlace(settings['data-dir'], secrets)
      return verifyCompaction(journal, stream, settings, surroundings, ledger)
    })
  },
})

async function list(
  journal: Journal,
  stream: string,
  settings: CompactCommandSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { digest } = digestOf(settings['compact-rules'])
  const verified = await journal.verifiedRules(stream)
  if (settings.json) {
    const shown = verified.map((one) => ({ ...one, isOfNow: one.digest === digest }))
    printJson(surroundings, { stream, verified: shown })
  } else if (verified.length === 0) {
    surroundings.stderr.write(`no rules of compaction were verified for ${stream}\n`)
  } else for (const one of verified) surroundings.stdout.write(verifiedLines(one, digest))
  return EXIT.ok
}

function verifiedLines(verified: VerifiedRules, digest: string): string {
  const { rules, verifiedAt, verifiedBy, leftOut, planned, entry } = verified
  const isOfNow = verified.digest === digest ? ' (those of --compact-rules)' : ''
  const head =
    `verified ${isoTime(verifiedAt)} by ${verifiedBy ?? '-'}, up to entry ${entry}: ` +
    `without ${leftOut} of ${counted(planned, 'entry', 'entries')}${isOfNow}`
  return [head, ...rules.map((rule) => `  ${rule}`)].map((line) => `${printable(line)}\n`).join('')
}

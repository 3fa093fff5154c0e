import type { Journal } from '../../journal/contract.ts'
import { journalIdAt } from '../../journal/postgres/journal-id.ts'
import { unknownStream } from '../../replayer/plan.ts'
import { audit, type Audit } from '../../replayer/audit.ts'
import { auditText } from '../../replayer/audit-show.ts'
import { auditJson } from '../audit-json.ts'
import { findSlots } from '../audit-spools.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { spoolDirOf, spoolDirToSee } from '../proxy-settings.ts'
import { logger } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { durationFrom, switchOn, text } from '../values.ts'

export const auditCommand = command({
  settings: {
    stream: { ...text('NAME', 'the stream'), fallbackText: 'all of them' },
    'spool-dir': spoolDirToSee,
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
    // Every body is read.
    'statement-timeout': withDefault(
      durationFrom(100, 'how long a statement may take'),
      3_600_000,
      '1h',
    ),
  },
  details: `
Every forwarded mutation has a number. For each recorder the sum is shown:
  forwarded = recorded + excluded (by reason) + in doubt + lost
and, where there are any: open (announced, its outcome not known yet), in a spool (found on this
machine, left by a process that died), under way, and MISSING. Every body is held against its digest.

A number that is nowhere is missing once its recorder has ended (stopped, closed, dead, or silent for
longer than its lease). In commit and intent mode no client had the whole answer of a mutation that
was to be recorded and is missing. Of a recorder that runs it is under way, not missing: in flight,
for as long as its exchange takes, or in its spool. To prove that nothing of it is missing, stop it
and audit again.

Exit codes: 0 the sum holds and nothing is missing (entries in doubt, and what is under way, are
said), 1 it does not hold: numbers missing or in two places, bodies damaged; 2 wrong settings, 3 it
holds, but something was lost and counted, or waits in a spool; 4 no PostgreSQL, no such stream, or a
spool that cannot be read.

Examples:
  reprise audit
  reprise audit --stream shop --json`,
  async run(settings, surroundings) {
    const { signal, stdout } = surroundings
    const log = logger(surroundings, 'audit')
    return withJournal(settings, signal, log, async (journal, { url }) => {
      // Before the journal: what is moved to it in the meantime is found there.
      const slots = await findSlots(spoolDirOf(settings), settings.stream, await journalIdAt(url))
      if (slots.length === 0) await requireStream(journal, settings.stream)
      const result = audit(await journal.audit(settings.stream), slots)
      stdout.write(
        settings.json ? `${JSON.stringify(auditJson(result), null, 2)}\n` : auditText(result),
      )
      return CODES[result.verdict]
    })
  },
})

const CODES: Readonly<Record<Audit['verdict'], number>> = {
  whole: EXIT.ok,
  counted: EXIT.differs,
  broken: EXIT.failed,
}

async function requireStream(journal: Journal, named: string | undefined): Promise<void> {
  if (named === undefined) return
  const known = (await journal.streams()).map(({ stream }) => stream)
  if (!known.includes(named)) throw unknownStream(`there is no stream '${named}'`, known)
}

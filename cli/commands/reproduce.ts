import { progressOn } from '../../replayer/progress.ts'
import type { Judgement } from '../../replayer/reproduce/judgement.ts'
import { reproduce } from '../../replayer/reproduce/reproduce.ts'
import { reproductionLines } from '../../replayer/reproduce/reproduce-show.ts'
import { planLine } from '../../replayer/show.ts'
import { command, EXIT } from '../command.ts'
import { RULES_HELP } from '../compare-settings.ts'
import { withJournal } from '../database.ts'
import { reproductionJson } from '../reproduce-json.ts'
import { failureRun } from '../reproduce-run.ts'
import { failureMissing, reproduceSettings } from '../reproduce-settings.ts'
import { logger } from '../serving.ts'

export const reproduceCommand = command({
  settings: reproduceSettings,
  words: ['entry'],
  details: `
Sends what came before a recorded failure, one entry after the other, then the failure itself, and says
whether it failed in the same way. The backend must be as it was before the recording (fresh, mostly):
nothing is reset, and nobody is asked. ENTRY is any entry: one that failed (5xx), one in doubt (then no
answer must come again), or one whose answer was wrong. What stands before it in the order of its
stream and the backend had applied is sent, as far as the filters let it; what failed before it only
with --with-failed. The run is kept in the journal like that of a replay.
${RULES_HELP}

Exit codes: 0 it failed again in the same way, 1 what came before it could not be restored, 2 wrong
settings, 3 it failed in another way, 4 no PostgreSQL, no such entry, target not allowed, 5 it did not
fail; 130 interrupted.

Examples:
  reprise reproduce 4711 --base-url http://127.0.0.1:3000
  reprise reproduce 4711 --base-url http://127.0.0.1:3000 --failure-by status --json
  reprise reproduce 4711 --base-url http://127.0.0.1:3000 --excluded-urls '/metrics/*' --with-failed`,
  missing: failureMissing,
  async run(settings, surroundings) {
    const { stdout, stderr, signal } = surroundings
    const log = logger(surroundings, 'reproduce')
    return withJournal(settings, signal, log, async (journal) => {
      const onFailure = settings['skip-request-errors'] ? 'continue' : 'stop'
      const { plan, options } = await failureRun(journal, settings, onFailure, surroundings, log)
      stderr.write(planLine(plan))
      const progress = progressOn(stderr, plan.planned)
      const came = await reproduce(journal, plan, {
        ...options,
        onAttempt: (attempt) => progress.update(attempt),
      }).finally(() => progress.end())
      if (settings.json) stdout.write(`${JSON.stringify(reproductionJson(came), null, 2)}\n`)
      else {
        const line = stdout.isTTY === true ? stdout.columns : undefined
        stdout.write(reproductionLines(came, { line }))
      }
      return came.run.state === 'interrupted' ? EXIT.interrupted : CODES[came.judgement]
    })
  },
})

const CODES: Readonly<Record<Judgement, number>> = {
  reproduced: EXIT.ok,
  another_failure: EXIT.differs,
  not_failed: EXIT.notFailed,
  not_restored: EXIT.failed,
}

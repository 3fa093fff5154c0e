import { chooseStream, makePlan } from '../../replayer/plan.ts'
import { planLine } from '../../replayer/show.ts'
import { command, EXIT } from '../command.ts'
import {
  compactedSelection,
  compactMissing,
  compactSettings,
  watching,
} from '../compact-settings.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { filterOf, filterSettings } from '../filter-settings.ts'
import { orderSettings } from '../order-settings.ts'
import { showPlan } from '../plan-run.ts'
import { replaySettings } from '../replay-settings.ts'
import { logger } from '../serving.ts'
import { settingsTable, withDefault } from '../settings.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { count, switchOn } from '../values.ts'

export const planCommand = command({
  settings: settingsTable({
    ...filterSettings,
    'in-doubt': replaySettings['in-doubt'],
    ...compactSettings,
    ...orderSettings,
    'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  }),
  details: `
It shows what 'reprise replay' would send with the same settings, and sends nothing: which entries
(and how many are left out, and why), in which order, and whom each waits for; then the order in
figures. --explain ENTRY tells all about one entry instead.

The order: an entry waits for all that had been answered before it arrived. Those that overlapped may
go side by side, up to --concurrency. 'waits for' lists those that it waits for directly, not those
whom they wait for themselves. Recorders on one host read one clock; between hosts an answer counts
as earlier up to --clock-tolerance after an arrival, in the order of the stream.
  longest chain   so many must go one after the other, however many may be out at once
  widest moment   so many may run side by side, as far as is read ahead

Lanes: with --lanes /api/devices/:id requests of one device keep their order, and devices run side by
side. /api/devices/7/state belongs to device 7. Of several patterns that match, the one with the most
segments counts. What none matches keeps order with all: so does POST /api/devices, which makes a
device, unless --lanes /api/devices makes a lane of that too. A lane never breaks a dependency:
whoever uses a value that an answer brought waits for that answer, and a DELETE for whoever used what
it deletes; the figures tell where.

--compact leaves out what --compact-rules say that later requests make needless (reprise compact --help), and
shows how many each rule left out, and what stays though a rule is about it; with --explain, what left out
that one. --from-checkpoint begins behind the furthest checkpoint (reprise checkpoint --help).

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL, no such stream or entry.

Examples:
  reprise plan --stream shop --since 2h
  reprise plan --lanes /api/devices /api/devices/:id
  reprise plan --explain 17 --json
  reprise plan --compact --compact-rules 'PUT /things/:id replaces PUT|PATCH /things/:id'`,
  missing: compactMissing,
  async run(settings, surroundings) {
    const { signal, stderr } = surroundings
    keepHeapSmall()
    return withJournal(settings, signal, logger(surroundings, 'plan'), async (journal) => {
      const stream = await chooseStream(journal, settings.stream)
      const [filter, inDoubt] = [filterOf(settings), settings['in-doubt']]
      const whole = { stream, filter, inDoubt }
      const selection = await compactedSelection(journal, whole, settings)
      const plan = await makePlan(journal, selection, watching(settings))
      await showPlan(journal, plan, settings, surroundings)
      if (!settings.json && settings.explain === undefined) stderr.write(planLine(plan))
      return EXIT.ok
    })
  },
})

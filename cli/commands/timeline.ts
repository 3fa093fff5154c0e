import { countOverTime } from '../../replayer/over-time.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { timelineView } from '../../replayer/service/views.ts'
import { timelineText } from '../../replayer/standing-show.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { filterOf, filterSettings } from '../filter-settings.ts'
import { printJson, widthsOf } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { settingsTable, withDefault } from '../settings.ts'
import { count, countBetween, switchOn } from '../values.ts'

export const timelineCommand = command({
  settings: settingsTable({
    ...filterSettings,
    verdict: { ...filterSettings.verdict, fallbackText: 'all of them' },
    spans: withDefault(countBetween(1, 500, 'so many lines at most'), 40),
    json: switchOn('as JSON on stdout, in the shapes of the API'),
    'max-column-width': withDefault(count('widest column of the table, in characters'), 60),
    ...databaseSettings,
  }),
  details: `
How many entries arrived in each of a row of equal spans of time, by verdict: of all that match, however
many there are.

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL, no such stream; 130 interrupted.

Example:
  reprise timeline --status 5xx --since 1d --spans 24`,
  async run(settings, surroundings) {
    const { stdout, stderr, signal } = surroundings
    return withJournal(settings, signal, logger(surroundings, 'timeline'), async (journal) => {
      const stream = await chooseStream(journal, settings.stream)
      const filter = { ...filterOf(settings), stream }
      const counted = await countOverTime(journal, filter, settings.spans, signal)
      if (settings.json) printJson(surroundings, timelineView(counted))
      else if (counted.spans.length === 0) stderr.write('nothing matches\n')
      else stdout.write(timelineText(counted, widthsOf(settings, stdout)))
      return EXIT.ok
    })
  },
})

import { ACTIONS, type DeedFilter } from '../../journal/deed.ts'
import { deedsTable } from '../../replayer/deeds-show.ts'
import { deedView } from '../../replayer/service/views.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { lineWidth } from '../plan-run.ts'
import { logger } from '../serving.ts'
import { listOf, settingsTable, withDefault, type Settings } from '../settings.ts'
import { count, countBetween, oneOf, switchOn, text } from '../values.ts'

const settings = settingsTable({
  who: text('NAME', 'only what somebody did who is called exactly so'),
  action: listOf(oneOf(ACTIONS, 'only deeds of these kinds')),
  stream: text('NAME', 'only what was done to this stream'),
  before: count('only deeds with a lower id'),
  limit: withDefault(countBetween(1, 1_000, 'deeds at most'), 50),
  'max-column-width': withDefault(count('widest column of the table, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export const trailCommand = command({
  settings,
  details: `
The audit trail: labels, settlements, removals, replays, states kept, keys rotated, secrets shown and
sign-ins, each noted before it was done, so that some that stands here may have failed. The newest first.

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL.

Examples:
  reprise trail
  reprise trail --action settle --stream shop`,
  async run(given, surroundings) {
    const { stdout, stderr, signal } = surroundings
    return withJournal(given, signal, logger(surroundings, 'trail'), async (journal) => {
      const deeds = await journal.deeds(filterOf(given))
      if (given.json) stdout.write(`${JSON.stringify({ deeds: deeds.map(deedView) }, null, 2)}\n`)
      else if (deeds.length === 0) stderr.write('no deed matches\n')
      else {
        const widths = { column: given['max-column-width'], line: lineWidth(stdout) }
        stdout.write(deedsTable(deeds, widths))
      }
      return EXIT.ok
    })
  },
})

function filterOf(given: Settings<typeof settings>): DeedFilter & { limit: number } {
  const { who, action, stream, before, limit } = given
  return {
    limit,
    ...(who !== undefined && { who }),
    ...(action.length > 0 && { actions: action }),
    ...(stream !== undefined && { stream }),
    ...(before !== undefined && { before }),
  }
}

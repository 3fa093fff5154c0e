import { recorderView, sizeView } from '../../replayer/service/standing-views.ts'
import { streamView } from '../../replayer/service/views.ts'
import { standingText } from '../../replayer/standing-show.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { printJson, widthsOf } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { settingsTable, withDefault } from '../settings.ts'
import { count, switchOn, text } from '../values.ts'

export const standingCommand = command({
  settings: settingsTable({
    stream: { ...text('NAME', 'the stream'), fallbackText: 'all of them' },
    json: switchOn('as JSON on stdout, in the shapes of the API'),
    'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
    ...databaseSettings,
  }),
  details: `
Who records and who did, with their leases and what waits in their spools; what each stream holds, from
when; what the journal takes of the disk, by the week. That nothing is missing proves \`reprise audit\`.

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL.

Example:
  reprise standing --stream shop`,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'standing')
    return withJournal(settings, surroundings.signal, log, async (journal) => {
      const { stream } = settings
      const recorders = await journal.standings(stream)
      const all = await journal.streams()
      const streams = all.filter((one) => stream === undefined || one.stream === stream)
      const size = await journal.size()
      if (settings.json) {
        printJson(surroundings, {
          recorders: recorders.map(recorderView),
          streams: streams.map(streamView),
          size: sizeView(size),
        })
      } else {
        const widths = widthsOf(settings, surroundings.stdout)
        surroundings.stdout.write(standingText({ recorders, streams, size }, widths))
      }
      return EXIT.ok
    })
  },
})

import { deedsTable } from '../../replayer/runs-show.ts'
import { deedView } from '../../replayer/service/door/trail-api.ts'
import { command, EXIT } from '../command.ts'
import { withJournal } from '../database.ts'
import { lookingSettings, printJson, widthsOf } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { count } from '../values.ts'

export const trailCommand = command({
  settings: {
    before: count('only what has a lower id'),
    ...lookingSettings,
  },
  details: `
The newest first. Each deed is noted before it is done, so one that stands here may have failed. (That
nothing is missing in what was recorded is proved by reprise audit.)

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL.`,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'trail')
    return withJournal(settings, surroundings.signal, log, async (journal) => {
      const { before, limit } = settings
      const deeds = await journal.deeds({ limit, ...(before !== undefined && { before }) })
      if (settings.json) printJson(surroundings, { deeds: deeds.map(deedView) })
      else if (deeds.length === 0) surroundings.stderr.write('nothing was done yet\n')
      else surroundings.stdout.write(deedsTable(deeds, widthsOf(settings, surroundings.stdout)))
      return EXIT.ok
    })
  },
})

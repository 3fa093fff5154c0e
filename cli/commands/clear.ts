import { clearStream } from '../../replayer/clearing.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { switchOn, text } from '../values.ts'

export const clearCommand = command({
  settings: {
    stream: text('NAME', 'the stream'),
    confirm: text('NAME', 'its name, once more: what is removed does not come back'),
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  },
  words: ['stream'],
  details: `
Removes every entry, run and attempt of the stream. Their numbers stay accounted for, so that the sum of
reprise audit holds; and that it was done stays in the trail.

Exit codes: 0 removed, 2 wrong settings, 4 no PostgreSQL, no such stream.

Example:
  reprise clear shop --confirm shop`,
  missing: ({ stream, confirm }) => ({
    ...(stream === undefined && { stream: 'NAME' }),
    ...(stream !== undefined &&
      confirm !== stream && { confirm: `the name of the stream, '${stream}'` }),
  }),
  async run({ stream, json, ...settings }, surroundings) {
    const log = logger(surroundings, 'clear')
    return withJournal(settings, surroundings.signal, log, async (journal) => {
      const removed = await clearStream(journal, stream!, actor())
      if (json) printJson(surroundings, { removed })
      else surroundings.stdout.write(`${counted(removed, 'entry', 'entries')} removed\n`)
      return EXIT.ok
    })
  },
})

import { sayLost } from '../../replayer/restoring/by-hand.ts'
import { actor } from '../actor.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { epochJson } from '../epoch-json.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { streamName, switchOn, text } from '../values.ts'

export const lostCommand = command({
  settings: {
    stream: withDefault(streamName('the stream'), 'default'),
    why: withDefault(text('WORDS', 'what told so, for people'), 'said by hand'),
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  },
  words: ['stream'],
  details: `
Says that the backend has lost its state, for hooks of whatever starts it: its recorders (--restore) keep
clients away from now on, and it is restored. Saying it twice does no harm while it is restored.

Exit codes: 0 said, 2 wrong settings, 4 no PostgreSQL, or no recorder of the stream keeps to epochs.

Example:
  reprise lost shop --why 'the container was recreated'`,
  async run({ stream, why, json, ...settings }, surroundings) {
    const log = logger(surroundings, 'lost')
    return withJournal(settings, surroundings.signal, log, async (journal) => {
      const epoch = await sayLost(journal, stream, why, actor())
      if (json) printJson(surroundings, { epoch: epochJson(epoch) })
      else surroundings.stdout.write(`epoch ${epoch.number} of ${stream} is to be restored\n`)
      return EXIT.ok
    })
  },
})

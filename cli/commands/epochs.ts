import { epochsTable } from '../../replayer/restoring/epochs-show.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { lifeJson } from '../epoch-json.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { count, countBetween, streamName, switchOn } from '../values.ts'

const howToGoOn = (stream: string) => `\
  try again:                   reprise restore ${stream}
  or let clients in as it is:  reprise restore ${stream} --open
`

export const epochsCommand = command({
  settings: {
    stream: withDefault(streamName('the stream'), 'default'),
    before: count('only epochs with a lower number'),
    limit: withDefault(countBetween(1, 1_000, 'epochs at most'), 50),
    'max-column-width': withDefault(count('widest column of the table, in characters'), 60),
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  },
  words: ['stream'],
  details: `
The lives of the backend as its recorders noticed them (--restore), each from a boot to the loss of its
state, and how its state was put back: how long clients were kept away, and of that how long it waited for
recorders and backend, replayed and proved. The newest first.

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL.

Example:
  reprise epochs shop`,
  async run(
    { stream, before, limit, json, 'max-column-width': column, ...settings },
    surroundings,
  ) {
    const { stdout, stderr, signal } = surroundings
    return withJournal(settings, signal, logger(surroundings, 'epochs'), async (journal) => {
      const lives = await journal.lives(stream, { limit, ...(before !== undefined && { before }) })
      if (json) printJson(surroundings, { epochs: lives.map(lifeJson) })
      else if (lives.length === 0) stderr.write(`no recorder of ${stream} keeps to epochs\n`)
      else {
        const line = stdout.isTTY === true ? stdout.columns : undefined
        stdout.write(epochsTable(lives, { column, line, isLatest: before === undefined }))
        if (before === undefined && lives[0]?.phase === 'failed') stderr.write(howToGoOn(stream))
      }
      return EXIT.ok
    })
  },
})

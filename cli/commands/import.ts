import { importItems } from '../../journal/files/importing.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { baseNameOf, formatsHelp } from '../file-formats.ts'
import { openFile, readingKeys, readingSettings } from '../file-settings.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { oneOf, streamName, switchOn, text } from '../values.ts'

export const importCommand = command({
  settings: {
    file: text('FILE', "the file, packed by gzip or not; '-' is standard input"),
    stream: {
      ...streamName('the stream that it goes to'),
      fallbackText: 'the name of the file without its endings',
    },
    into: withDefault(
      oneOf(
        ['empty', 'any'],
        'what the stream may hold: nothing but what is of this file, or anything',
      ),
      'empty',
    ),
    ...readingSettings,
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  },
  words: ['file'],
  details: `
Puts the entries of a file into a stream, to be looked at and replayed as if they had been recorded there. The
file is read to its end first: nothing is imported of one that is cut short or damaged. An entry that is there
already changes nothing: an import that broke off is done again, and goes on.
What was left out of the file counts as withheld. reprise audit tells of numbers that are not_in_file where
the file holds only some of what its recorder forwarded.

${formatsHelp('import')}

Exit codes: 0 imported, 2 wrong settings, 4 no PostgreSQL, the file cannot be used, the stream holds other
recordings; 130 interrupted.

Examples:
  reprise import shop.reprise.jsonl
  reprise import failure.reprise.jsonl.gz --stream bug-17 --file-key "$KEY"`,
  missing: ({ file, stream }) => ({
    ...(file === undefined && { file: 'FILE' }),
    ...(file === '-' && stream === undefined && { stream: 'NAME, where the file has none' }),
  }),
  async run(settings, surroundings) {
    const log = logger(surroundings, 'import')
    const { signal } = surroundings
    const keys = readingKeys(settings, log)
    const file = await openFile(settings.file!, settings, keys, surroundings)
    const stream = settings.stream ?? baseNameOf(settings.file!)
    try {
      return await withJournal(settings, signal, log, async (journal) => {
        const detail = { file: file.name, into: settings.into }
        await journal.noteDeed({ ...actor(), action: 'import', stream, detail })
        const imported = await importItems(journal, () => file.read(), {
          ...{ stream, into: settings.into },
          onEntries: () => signal.throwIfAborted(),
        })
        if (settings.json) printJson(surroundings, imported)
        else {
          const { entries, taken } = imported
          const known = entries - taken
          const there = known === 0 ? '' : `, ${known} were there already`
          surroundings.stdout.write(
            `${counted(taken, 'entry', 'entries')} imported into stream ${stream}${there}\n`,
          )
        }
        return EXIT.ok
      })
    } finally {
      await file.close()
    }
  },
})

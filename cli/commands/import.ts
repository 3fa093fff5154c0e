import type { Journal } from '../../journal/contract.ts'
import { importItems } from '../../journal/files/importing.ts'
import { bytesOfFile } from '../../journal/files/opening.ts'
import type { Policy } from '../../proxy/policy.ts'
import type { ForeignReader } from '../../replayer/formats/formats.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { baseNameOf, formatNames, formatsHelp, type FormatName } from '../file-formats.ts'
import {
  openPlaced,
  placeFile,
  readingKeys,
  readingSettings,
  type PlacedFile,
} from '../file-settings.ts'
import { FOREIGN_ENDINGS, foreignHelp, foreignNames, foreignReaderOf } from '../foreign-formats.ts'
import { importForeign } from '../foreign-import.ts'
import { foreignLines } from '../foreign-import-show.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { policyOf, policySettings, senderRules } from '../policy-settings.ts'
import { listOf, settingsTable, withDefault, type Settings } from '../settings.ts'
import { oneOf, originOrAny, streamName, switchOn, text } from '../values.ts'

const importSettings = settingsTable({
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
  format: {
    ...oneOf([...formatNames('import'), ...foreignNames('import')], 'its format'),
    fallbackText: 'by what is in it',
  },
  origin: listOf(
    originOrAny(
      'of a file of another program: whose exchanges are taken; any: all of them, whatever backend they ' +
        'were sent to',
    ),
    [],
    'the one there is',
  ),
  all: switchOn('of a file of another program: all exchanges, whatever would be recorded of them'),
  ...policySettings,
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

type ImportSettings = Settings<typeof importSettings>

export const importCommand = command({
  settings: importSettings,
  words: ['file'],
  details: `
Puts the entries of a file into a stream, to be looked at and replayed as if they had been recorded there. The
file is read to its end first: nothing is imported of one that is cut short or damaged. An entry that is there
already changes nothing: an import that broke off is done again, and goes on.
What was left out of the file counts as withheld. reprise audit tells of numbers that are not_in_file where
the file holds only some of what its recorder forwarded.

Formats:
${formatsHelp('import')}
${foreignHelp('import')}
Of files of other programs that is recorded which a proxy would have recorded: the settings below are the same
as of 'reprise proxy'. What has no answer in them is in doubt (docs/formats.md).

Exit codes: 0 imported, 2 wrong settings, 4 no PostgreSQL, the file cannot be used, the stream holds other
recordings; 130 interrupted.

Examples:
  reprise import shop.reprise.jsonl
  reprise import failure.reprise.jsonl.gz --stream bug-17 --file-key "$KEY"
  reprise import browser.har --origin https://shop.example`,
  missing: ({ file, stream }) => ({
    ...(file === undefined && { file: 'FILE' }),
    ...(file === '-' && stream === undefined && { stream: 'NAME, where the file has none' }),
  }),
  async run(settings, surroundings) {
    const log = logger(surroundings, 'import')
    const file = await placeFile(settings.file!, surroundings)
    try {
      const format = settings.format ?? (await guessed(file, surroundings))
      const run = isForeign(format) ? importOther : importOwn
      return await withJournal(settings, surroundings.signal, log, async (journal) => {
        const stream = settings.stream ?? baseNameOf(settings.file!, FOREIGN_ENDINGS)
        const detail = { file: file.name, into: settings.into }
        return run({ journal, file, format, stream, detail }, settings, surroundings)
      })
    } finally {
      await file.close()
    }
  },
})

interface Importing {
  journal: Journal
  file: PlacedFile
  format: FormatName | ForeignReader
  stream: string
  /** For the trail. */
  detail: Record<string, string>
}

function isForeign(format: FormatName | ForeignReader): format is ForeignReader {
  return foreignNames('import').some((name) => name === format)
}

/** By its content, which is said; what is none of the others is to be a journal file. */
async function guessed(
  { name, place }: PlacedFile,
  { stderr }: Surroundings,
): Promise<FormatName | ForeignReader> {
  const foreign = await foreignReaderOf(place)
  if (foreign !== null) stderr.write(`${name} begins as ${foreign} does (--format ${foreign})\n`)
  return foreign ?? 'reprise'
}

async function importOwn(
  { journal, file, format, stream, detail }: Importing,
  settings: ImportSettings,
  surroundings: Surroundings,
): Promise<number> {
  const keys = readingKeys(settings, logger(surroundings, 'import'))
  const opened = await openPlaced(file, { ...settings, format: format as FormatName }, keys)
  await journal.noteDeed({ ...actor(), action: 'import', stream, detail })
  const imported = await importItems(journal, () => opened.read(), {
    ...{ stream, into: settings.into },
    onEntries: () => surroundings.signal.throwIfAborted(),
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
}

async function importOther(
  { journal, file, format, stream, detail }: Importing,
  settings: ImportSettings,
  surroundings: Surroundings,
): Promise<number> {
  await journal.noteDeed({ ...actor(), action: 'import', stream, detail: { ...detail, format } })
  const policy = policyOf(settings, 'on')
  const report = await importForeign({
    ...{ journal, format: format as ForeignReader, name: file.name, stream, into: settings.into },
    read: () => bytesOfFile(file.place),
    origins: settings.origin,
    policy: settings.all ? allOf(policy) : policy,
    sender: senderRules(settings),
    contextMemory: settings['context-memory'],
    maxBody: settings['max-body'],
    signal: surroundings.signal,
  })
  if (settings.json) printJson(surroundings, report)
  else {
    const [first, ...more] = foreignLines(report)
    surroundings.stdout.write(`${first}\n`)
    for (const line of more) surroundings.stderr.write(`  ${line}\n`)
  }
  return EXIT.ok
}

/** Whatever there is. */
function allOf(policy: Policy): Policy {
  return {
    ...policy,
    methods: 'all',
    statuses: [{ from: 100, to: 999 }],
    isExcluded: () => false,
    optOutParameter: null,
    replayed: 'recorded',
  }
}

import { writeFileOf, writeTo } from '../../journal/files/opening.ts'
import type { ForeignWriter } from '../../replayer/formats/formats.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { exportStream, selected } from '../exporting.ts'
import {
  formatNameOf,
  formatNames,
  formatsHelp,
  loadFormat,
  type FormatName,
} from '../file-formats.ts'
import { foreignText, lossLines } from '../foreign-export.ts'
import { foreignHelp, foreignNames, foreignWriterOf } from '../foreign-formats.ts'
import { writingKey, writingSettings } from '../file-settings.ts'
import { filterOf, filterSettings } from '../filter-settings.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { settingsProblem, settingsTable, type Settings } from '../settings.ts'
import { baseUrl, oneOf, switchOn } from '../values.ts'

const exportSettings = settingsTable({
  ...writingSettings,
  format: {
    ...oneOf([...formatNames('export'), ...foreignNames('export')], 'its format'),
    fallbackText: 'by its name, or else reprise',
  },
  'base-url': {
    ...baseUrl('where requests are sent, in scripts and collections'),
    fallbackText: 'the recorded upstream; curl and httpie: where clients sent them',
  },
  ...filterSettings,
  verdict: { ...filterSettings.verdict, fallbackText: 'all of them' },
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

type ExportSettings = Settings<typeof exportSettings>

export const exportCommand = command({
  settings: exportSettings,
  words: ['file'],
  details: `
Writes the entries that match, in the order of the stream, as one file. With them go the reads and refusals
that recorded requests may need (context), but where --verdict names others; and, where all of the stream is
exported, the last state that was kept of its backend (see reprise state).
The same selection gives the same bytes, on any machine: a file without .gz is for version control.

Formats:
${formatsHelp('export')}
${foreignHelp('export')}
All but the first are for other programs: without secrets, which are left out or marked, and with less than a
replay needs. What they cannot hold is told (docs/formats.md).

Exit codes: 0 written, 2 wrong settings, 4 no PostgreSQL, no such stream, nothing matches, or the file cannot
be written; 130 interrupted. A file is there whole, or as it was before.

Examples:
  reprise export shop.reprise.jsonl --stream shop
  reprise export failure.reprise.jsonl.gz --label bug-17 --secrets sealed --file-key "$KEY"
  reprise export - --since 1h | jq -r 'select(.request) | .request.target'
  reprise export failure.har --label bug-17
  reprise export - --format curl --since 1h > again.sh`,
  missing: ({ file }) => ({ ...(file === undefined && { file: 'FILE' }) }),
  async run(settings, surroundings) {
    const log = logger(surroundings, 'export')
    const { stdout, stderr, signal } = surroundings
    const file = settings.file!
    if (file === '-' && settings.json) {
      throw settingsProblem(['--json: expected it with a file, for the entries go to stdout'])
    }
    const foreign = foreignOf(settings)
    if (foreign !== null) return exportForeign(foreign, settings, surroundings)
    const name = formatNameOf(file, ownFormat(settings.format))
    const format = await loadFormat(name)
    if (format.write === undefined) throw settingsProblem([`--format: ${name} is only read`])
    const write = format.write
    const key = writingKey(settings, format, log)
    return withJournal(settings, signal, log, async (journal, { secrets: { names } }) => {
      const stream = await chooseStream(journal, settings.stream)
      const entries = await exportStream(journal, {
        ...{ stream, filter: filterOf(settings), to: file === '-' ? stdout : file },
        ...{ write, key, names, by: actor(), signal, say: log },
      })
      const words = `${counted(entries, 'entry', 'entries')} of stream ${stream}`
      if (settings.json) printJson(surroundings, { stream, file, entries })
      else (file === '-' ? stderr : stdout).write(`${words} written to ${file}\n`)
      return EXIT.ok
    })
  },
})

/** The format of another program that is asked for, by its name or that of the file. */
function foreignOf({ file, format }: ExportSettings): ForeignWriter | null {
  if (format === undefined) return foreignWriterOf(file!)
  return isForeign(format) ? format : null
}

function ownFormat(format: ExportSettings['format']): FormatName | undefined {
  return format === undefined || isForeign(format) ? undefined : format
}

function isForeign(format: FormatName | ForeignWriter): format is ForeignWriter {
  return foreignNames('export').some((name) => name === format)
}

async function exportForeign(
  format: ForeignWriter,
  settings: ExportSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, signal } = surroundings
  if (settings.secrets === 'sealed') {
    throw settingsProblem([`--secrets: expected omit, for ${format} holds none`])
  }
  const file = settings.file!
  const log = logger(surroundings, 'export')
  return withJournal(settings, signal, log, async (journal, { secrets }) => {
    const stream = await chooseStream(journal, settings.stream)
    const filter = await selected(journal, stream, filterOf(settings))
    const detail = { file: file === '-' ? null : file, secrets: 'omit', format }
    await journal.noteDeed({ ...actor(), action: 'export', stream, detail })
    let entries = 0
    const { text, losses } = await foreignText(journal, {
      ...{ format, filter, baseUrl: settings['base-url'] ?? null, secrets },
      onEntries(sofar) {
        signal.throwIfAborted()
        entries = sofar
      },
    })
    await (file === '-' ? writeTo(text, stdout) : writeFileOf(text, file))
    if (settings.json) printJson(surroundings, { stream, file, format, entries, losses })
    else {
      const output = file === '-' ? stderr : stdout
      const words = `${counted(entries, 'entry', 'entries')} of stream ${stream}`
      output.write(`${words} written to ${file} as ${format}\n`)
      for (const line of lossLines(losses)) stderr.write(`  ${line}\n`)
    }
    return EXIT.ok
  })
}

import type { Journal } from '../../journal/contract.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { itemsOf } from '../../journal/files/exporting.ts'
import type { FiledSecrets } from '../../journal/files/store.ts'
import { writeFileOf, writeTo } from '../../journal/files/opening.ts'
import type { SecretNames } from '../../journal/masking/names.ts'
import { Problem } from '../../journal/problem.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { formatNameOf, formatsHelp, loadFormat } from '../file-formats.ts'
import { writingKey, writingSettings } from '../file-settings.ts'
import { filterOf, filterSettings } from '../filter-settings.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { settingsProblem } from '../settings.ts'
import { switchOn } from '../values.ts'

export const exportCommand = command({
  settings: {
    ...writingSettings,
    ...filterSettings,
    verdict: { ...filterSettings.verdict, fallbackText: 'all of them' },
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  },
  words: ['file'],
  details: `
Writes the entries that match, in the order of the stream, as one file. With them go the reads and refusals
that recorded requests may need (context), but where --verdict names others; and, where all of the stream is
exported, the last state that was kept of its backend (see reprise state).
The same selection gives the same bytes, on any machine: a file without .gz is for version control.

${formatsHelp('export')}

Exit codes: 0 written, 2 wrong settings, 4 no PostgreSQL, no such stream, nothing matches, or the file cannot
be written; 130 interrupted. A file is there whole, or as it was before.

Examples:
  reprise export shop.reprise.jsonl --stream shop
  reprise export failure.reprise.jsonl.gz --label bug-17 --secrets sealed --file-key "$KEY"
  reprise export - --since 1h | jq -r 'select(.request) | .request.target'`,
  missing: ({ file }) => ({ ...(file === undefined && { file: 'FILE' }) }),
  async run(settings, surroundings) {
    const log = logger(surroundings, 'export')
    const { stdout, stderr, signal } = surroundings
    const file = settings.file!
    const name = formatNameOf(file, settings.format)
    const format = await loadFormat(name)
    if (format.write === undefined) throw settingsProblem([`--format: ${name} is only read`])
    const write = format.write
    const key = writingKey(settings, format, log)
    if (file === '-' && settings.json) {
      throw settingsProblem(['--json: expected it with a file, for the entries go to stdout'])
    }
    return withJournal(settings, signal, log, async (journal, { secrets: { names } }) => {
      const stream = await chooseStream(journal, settings.stream)
      const filter = await selected(journal, stream, filterOf(settings))
      const secrets: FiledSecrets = key === null ? 'left_out' : 'opened'
      const shots = Object.keys(filterOf(settings)).length === 0 ? 'also' : 'none'
      const detail = { file: file === '-' ? null : file, secrets: settings.secrets }
      await journal.noteDeed({ ...actor(), action: 'export', stream, detail })
      let entries = 0
      const items = itemsOf(journal, {
        ...{ filter, secrets, shots },
        onEntries(sofar) {
          signal.throwIfAborted()
          entries = sofar
        },
      })
      const text = write(items, { key })
      await (file === '-' ? writeTo(text, stdout) : writeFileOf(text, file))
      await warnOfRestores(journal, stream, log)
      await warnOfNames(journal, names, log)
      const words = `${counted(entries, 'entry', 'entries')} of stream ${stream}`
      if (settings.json) printJson(surroundings, { stream, file, entries })
      else (file === '-' ? stderr : stdout).write(`${words} written to ${file}\n`)
      return EXIT.ok
    })
  },
})

/** What there is at this moment. A filter that nothing matches is a mistake in it. */
async function selected(
  journal: Journal,
  stream: string,
  filter: EntryFilter,
): Promise<EntryFilter & { stream: string }> {
  const [newest] = await journal.list({ stream }, { order: '-id', limit: 1 })
  const idTo = Math.min(filter.idTo ?? Infinity, newest?.id ?? 0)
  const [first] = await journal.list({ ...filter, stream, idTo }, { order: 'order', limit: 1 })
  if (first === undefined) {
    throw new Problem('selection_empty', `no entry of stream ${stream} matches the filter`, {
      source: 'user',
      hint: "'reprise entries' with the same filter lists what matches",
    })
  }
  const isContextAsked = filter.verdicts === undefined
  return { ...filter, stream, idTo, ...(isContextAsked && { context: 'also' }) }
}

/** What is too large for a row was masked by the names of its time. */
async function warnOfNames(
  journal: Journal,
  { listed }: SecretNames,
  log: (message: string) => void,
): Promise<void> {
  const known = new Set(await journal.secretNames())
  const later = listed.filter((name) => !known.has(name))
  if (later.length === 0) return
  log(
    `no recorder took ${later.join(', ')} for a secret: in bodies beyond 256 KiB such values are in the file ` +
      'as they came',
  )
}

/** What restores renamed stands in their runs, and those are of this journal alone. */
async function warnOfRestores(
  journal: Journal,
  stream: string,
  log: (message: string) => void,
): Promise<void> {
  const restores = (await journal.restorations(stream)).length
  if (restores === 0) return
  log(
    `the backend was restored ${counted(restores, 'time', 'times')}: which ids it made anew then is not in ` +
      'the file, and a replay of it sends those of before a restore as they were used behind it',
  )
}

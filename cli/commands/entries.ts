import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from '../../journal/contract.ts'
import type { EntrySummary, Side } from '../../journal/entry.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { COPY_FORMS, copyAs } from '../../replayer/copies.ts'
import { labelEntries, overwrittenBy, type Labelled } from '../../replayer/labelling.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { confirm } from '../../replayer/prompt.ts'
import { follow, highestId } from '../../replayer/service/following.ts'
import { showSecrets } from '../../replayer/showing-secrets.ts'
import {
  entryView,
  secretsView,
  wholeEntryView,
  type IsSecret,
} from '../../replayer/service/views.ts'
import { counted, entriesTable, entryDetails } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { filterOf, filterSettings } from '../filter-settings.ts'
import { lookingSettings, printJson, widthsOf } from '../looking-settings.ts'
import { terminalOf } from '../replay-run.ts'
import { logger } from '../serving.ts'
import { settingsTable, type Settings } from '../settings.ts'
import { count, oneOf, switchOn, text } from '../values.ts'

const entriesSettings = settingsTable({
  id: count('this entry alone, with what is known of it and its bodies'),
  body: oneOf(['request', 'response'], 'with ID: the bytes of this body alone, as they came'),
  as: oneOf(COPY_FORMS, 'with ID: its request as a command, or code, that sends it again'),
  secrets: switchOn(
    'with ID: with the values of its secrets, as JSON, or in its body; that it was done stays in the trail',
  ),
  ...filterSettings,
  verdict: { ...filterSettings.verdict, fallbackText: 'all of them' },
  follow: { ...switchOn('go on with what comes from now on'), short: 'f' },
  'set-label': text('LABEL', 'have all that match bear it'),
  'remove-label': switchOn('take their labels from all that match'),
  yes: { ...switchOn('label without asking'), short: 'y' },
  ...lookingSettings,
})

type EntriesSettings = Settings<typeof entriesSettings>

/** How often the journal is asked for what is new, in ms. */
const PACE = 500

export const entriesCommand = command({
  settings: entriesSettings,
  words: ['id'],
  wordsMayLack: true,
  details: `
The latest entries that match, the oldest of them first. The values of secrets are shown only where that is
asked for (--secrets).

Exit codes: 0 shown or labelled (--follow: until it was interrupted), 2 wrong settings, 4 no PostgreSQL, no
such stream or entry; 130 left at a question.

Examples:
  reprise entries --status 5xx --since 1h
  reprise entries --follow --json | jq .target
  reprise entries 4711
  reprise entries 4711 --body response > picture.png
  reprise entries 4711 --as curl
  reprise entries --path '/api/orders/*' --set-label bug-17 --yes`,
  missing: (known, { stdin, stderr }) => {
    const labels = known['set-label'] !== undefined || known['remove-label'] === true
    const isAsking = stdin.isTTY === true && stderr.isTTY === true
    return {
      ...(known.id === undefined &&
        (known.body !== undefined || known.secrets || known.as !== undefined) && {
          id: 'the entry, with --as, --body or --secrets',
        }),
      ...(known.as !== undefined &&
        (known.body !== undefined || known.secrets) && {
          as: 'it alone: it shows no secrets, and names a body that is no text',
        }),
      ...(known['set-label'] !== undefined &&
        known['remove-label'] && { 'remove-label': 'either it or --set-label' }),
      ...(labels && known.follow && { follow: 'not it with a label to be set or removed' }),
      ...(labels &&
        !isAsking &&
        !known.yes && { yes: 'it with a label, where there is no terminal to ask on' }),
    }
  },
  async run(settings, surroundings) {
    const log = logger(surroundings, 'entries')
    return withJournal(settings, surroundings.signal, log, async (journal, { secrets }) => {
      const { isSecret } = secrets
      if (settings.id !== undefined) return showOne(journal, settings, isSecret, surroundings)
      const stream = await chooseStream(journal, settings.stream)
      const filter = { ...filterOf(settings), stream }
      if (settings['set-label'] !== undefined || settings['remove-label']) {
        return labelAll(journal, filter, stream, settings, surroundings)
      }
      if (settings.follow) return followAll(journal, filter, settings, isSecret, surroundings)
      const page = { order: '-order', limit: settings.limit } as const
      const entries = (await journal.list(filter, page)).reverse()
      if (settings.json) {
        printJson(surroundings, { entries: entries.map((entry) => entryView(entry, isSecret)) })
      } else if (entries.length > 0) {
        surroundings.stdout.write(entriesTable(entries, widthsOf(settings, surroundings.stdout)))
      } else surroundings.stderr.write('nothing matches\n')
      return EXIT.ok
    })
  },
})

async function showOne(
  journal: Journal,
  settings: EntriesSettings,
  isSecret: IsSecret,
  surroundings: Surroundings,
): Promise<number> {
  const { id, body, secrets } = settings
  if (body !== undefined) return writeBody(journal, id!, body, settings, surroundings)
  if (secrets) {
    printJson(surroundings, secretsView(await showSecrets(journal, id!, 'entry', actor())))
    return EXIT.ok
  }
  const entry = await journal.entry(id!)
  const view = wholeEntryView(entry, isSecret)
  if (settings.as !== undefined) {
    const copy = copyAs(settings.as, view)
    if (settings.json) printJson(surroundings, { [settings.as]: copy })
    else surroundings.stdout.write(`${copy}\n`)
  } else if (settings.json) printJson(surroundings, view)
  else surroundings.stdout.write(entryDetails(entry, widthsOf(settings, surroundings.stdout)))
  return EXIT.ok
}

async function writeBody(
  journal: Journal,
  id: number,
  side: Side,
  { secrets }: EntriesSettings,
  { stdout }: Surroundings,
): Promise<number> {
  const entry = secrets
    ? await showSecrets(journal, id, `${side} body`, actor())
    : await journal.entry(id)
  for await (const piece of journal.body(entry, side, secrets ? 'opened' : 'masked')) {
    if (!stdout.write(piece)) await once(stdout, 'drain')
  }
  return EXIT.ok
}

/** A line an entry as it comes, until it is interrupted. */
async function followAll(
  journal: Journal,
  filter: EntryFilter & { stream: string },
  settings: EntriesSettings,
  isSecret: IsSecret,
  { stdout, signal }: Surroundings,
): Promise<number> {
  const following = follow(journal, filter, await highestId(journal, filter.stream))
  const lineOf = (entry: EntrySummary) =>
    settings.json
      ? `${JSON.stringify(entryView(entry, isSecret))}\n`
      : entriesTable([entry], widthsOf(settings, stdout)).split('\n').slice(2).join('\n')
  while (!signal.aborted) {
    const fresh = await following.next()
    for (const entry of fresh) stdout.write(lineOf(entry))
    if (fresh.length === 0) await delay(PACE, undefined, { signal }).catch(() => {})
  }
  return EXIT.ok
}

async function labelAll(
  journal: Journal,
  filter: EntryFilter,
  stream: string,
  settings: EntriesSettings,
  surroundings: Surroundings,
): Promise<number> {
  const label = settings['set-label'] ?? null
  const counts = Object.values(await journal.count(filter))
  const matching = counts.reduce((sum, n) => sum + n, 0)
  if (matching > 0 && !settings.yes) {
    const what = `${counted(matching, 'entry', 'entries')} of stream ${stream}`
    const others = overwrittenBy(label, await journal.labels(filter))
    const also = label === null || others === 0 ? '' : ` ${others} bear another label, and lose it.`
    const question = label === null ? `Take the label from ${what}?` : `Label ${what} '${label}'?`
    if (!(await confirm(`${question}${also}`, terminalOf(surroundings)))) {
      surroundings.stderr.write('Nothing was labelled.\n')
      return EXIT.interrupted
    }
  }
  const labelled = await labelEntries(journal, filter, label, { actor: actor(), stream })
  if (settings.json) printJson(surroundings, labelled)
  else surroundings.stdout.write(`${labelledWords(label, labelled)}\n`)
  return EXIT.ok
}

function labelledWords(label: string | null, { changed, overwritten }: Labelled): string {
  const words = `${counted(changed, 'entry', 'entries')} changed`
  return label === null || overwritten === 0 ? words : `${words}, ${overwritten} bore another label`
}

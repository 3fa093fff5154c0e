import type { EntryFilter } from '../journal/filter.ts'
import type { Selection } from '../replayer/plan.ts'
import type { Missing } from './command.ts'
import { compareSettings } from './compare-settings.ts'
import { databaseSettings } from './database.ts'
import { filterOf, filterSettings } from './filter-settings.ts'
import { replaySettings } from './replay-settings.ts'
import { settingsTable, withDefault, type Settings } from './settings.ts'
import { upstreamTlsMissing } from './tls-settings.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { baseUrl, count, oneOf, switchOn } from './values.ts'

// The entry is of one stream, and which verdicts are meant goes without saying.
const { stream: _, verdict: __, ...selection } = filterSettings

/** Of whatever sends a recorded failure again. */
export const failureSettings = settingsTable({
  entry: count('id of the recorded failure; the word ENTRY is the same'),
  'base-url': baseUrl('where the requests are sent; a path in it goes before theirs'),
  ...selection,
  'with-failed': switchOn('send what failed before it (5xx), too'),
  'in-doubt': replaySettings['in-doubt'],
  'failure-by': withDefault(
    oneOf(
      ['answer', 'status'],
      'what makes it the same failure; answer: its status, and the rest of the answer but for noise',
    ),
    'answer',
  ),
  'incomplete-bodies': replaySettings['incomplete-bodies'],
  'host-header': replaySettings['host-header'],
  'allow-target': replaySettings['allow-target'],
  timeout: replaySettings.timeout,
  ...upstreamSettings,
  ...compareSettings,
  'max-column-width': replaySettings['max-column-width'],
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export type FailureSettings = Settings<typeof failureSettings>

export const reproduceSettings = settingsTable({
  ...failureSettings,
  'skip-request-errors': switchOn(
    'go on where something before the failure is answered with a 4xx, a 5xx or not at all',
  ),
})

export function failureMissing(known: Partial<FailureSettings>): Missing {
  return {
    ...upstreamTlsMissing(known),
    ...(known.entry === undefined && {
      entry: 'the id of a recorded entry (reprise reproduce 17)',
    }),
    ...(known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
  }
}

/** The entry, and what is sent before it. */
export function failureSelection(
  stream: string,
  settings: FailureSettings,
): Selection & { upTo: number } {
  const { entry, 'with-failed': withFailed, 'in-doubt': inDoubt } = settings
  const narrowed = filterOf({ ...settings, stream, verdict: [] })
  const filter: EntryFilter = withFailed
    ? { ...narrowed, verdicts: ['applied', 'failed', 'in_doubt'] }
    : narrowed
  return { stream, filter, inDoubt, upTo: entry! }
}

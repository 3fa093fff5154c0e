import type { Missing } from './command.ts'
import { databaseSettings } from './database.ts'
import { settingsTable, withDefault, type Settings } from './settings.ts'
import { count, countFrom, switchOn, text } from './values.ts'

export const aliasReportSettings = settingsTable({
  run: {
    ...count('id of the run; the word RUN is the same'),
    fallbackText: 'the newest one of the stream',
  },
  stream: text(
    'NAME',
    'the stream whose newest replay is meant, without RUN; may be left out where the journal has only one',
  ),
  explain: switchOn('where each was used, and what was left alone and why'),
  entry: count('only of this entry: what it made anew, what it used, what was left alone in it'),
  limit: withDefault(countFrom(1, 'aliases at most, and values that were left alone'), 100),
  after: count('only aliases behind this number'),
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export type AliasReportSettings = Settings<typeof aliasReportSettings>

export function missingOf(known: Partial<AliasReportSettings>): Missing {
  return {
    ...(known.entry !== undefined &&
      known.after !== undefined && { after: 'either it or --entry' }),
  }
}

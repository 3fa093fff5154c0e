import type { TableWidths } from '../replayer/table.ts'
import type { Surroundings } from './command.ts'
import { databaseSettings } from './database.ts'
import { settingsTable, withDefault, type Settings } from './settings.ts'
import { count, countFrom, switchOn } from './values.ts'

/** How much of a list is shown, and as what. */
export const lookingSettings = settingsTable({
  limit: withDefault(countFrom(1, 'so many at most'), 100),
  json: switchOn('as JSON on stdout, in the shapes of the API'),
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  ...databaseSettings,
})

export function widthsOf(
  settings: Pick<Settings<typeof lookingSettings>, 'max-column-width'>,
  { isTTY, columns }: Surroundings['stdout'],
): TableWidths {
  return { column: settings['max-column-width'], line: isTTY === true ? columns : undefined }
}

export function printJson({ stdout }: Surroundings, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

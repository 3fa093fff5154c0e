import type { EntryOrder } from '../journal/contract.ts'
import type { ListDefaults } from '../replayer/service/api.ts'
import type { ServiceOptions } from '../replayer/service/service.ts'
import { column, COLUMNS } from '../replayer/service/entry-schemas.ts'
import { FilterQuery } from '../replayer/service/filter-schemas.ts'
import { listOf, settingsGroup, withDefault, type Settings } from './settings.ts'
import { logSettings, type LogSettings } from './log-settings.ts'
import type { Say } from '../telemetry/log.ts'
import { oneOf } from './values.ts'

const ORDERS: readonly EntryOrder[] = ['order', '-order', 'id', '-id']

/** What the service shows where a request does not say. */
export const serviceSettings = settingsGroup('What the service shows', {
  'entries-filter': withDefault(
    {
      expects: 'QUERY (verdict=applied&method=POST)',
      help: 'filter of the list of entries, where a request has not the same parameter',
      parse: parseFilterQuery,
    },
    {},
  ),
  'entries-order': withDefault(oneOf(ORDERS, 'order of the list of entries'), '-order'),
  'entries-columns': listOf(
    { expects: 'COLUMN', help: 'columns of the list of entries', parse: column },
    COLUMNS,
    'all',
  ),
  ...logSettings,
})

export function serviceLog(
  { 'access-log': access }: LogSettings,
  log: Say,
): Pick<ServiceOptions, 'say' | 'access'> {
  return { say: log, access }
}

export function listDefaults(settings: Settings<typeof serviceSettings>): ListDefaults {
  return {
    filter: settings['entries-filter'],
    order: settings['entries-order'],
    columns: settings['entries-columns'],
  }
}

function parseFilterQuery(given: string): Record<string, string> {
  const filter = Object.fromEntries(new URLSearchParams(given))
  const checked = FilterQuery.safeParse(filter)
  if (checked.success) return filter
  const why = checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  throw new RangeError(`expected a filter as in /api/entries, got '${given}': ${why.join('; ')}`)
}

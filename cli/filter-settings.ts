import type { EntryFilter } from '../journal/filter.ts'
import { listOf, settingsGroup, type Settings } from './settings.ts'
import { count, method, moment, path, status, text, verdict } from './values.ts'

/** Which entries, on the command line. */
export const filterSettings = settingsGroup('Which entries', {
  stream: text('NAME', 'the stream; may be left out where the journal has only one'),
  'start-from-id': count('only entries from this id on (the same as --id-from)'),
  'id-from': count('only entries from this id on'),
  'id-to': count('only entries up to this id'),
  method: listOf(method('only these methods')),
  path: listOf(path('only these paths: /exact, /prefix/* or a glob such as /api/*/state')),
  'excluded-urls': listOf(path('paths to leave out: /exact, /prefix/* or a glob')),
  status: listOf(status('only what was answered so when it was recorded')),
  verdict: listOf(verdict('what became of it when it was recorded'), [], 'applied'),
  label: listOf(text('LABEL', 'only what bears one of these labels')),
  user: listOf(text('NAME', 'only what one of these users sent')),
  client: listOf(text('ADDRESS', 'only what came from one of these addresses')),
  text: text('TEXT', 'only what has this in its target or a body, as it was on the wire'),
  since: moment('only what arrived then or later'),
  until: moment('only what arrived earlier'),
})

export type FilterSettings = Settings<typeof filterSettings>

export function filterOf(settings: FilterSettings): EntryFilter {
  const idFrom = Math.max(settings['start-from-id'] ?? 0, settings['id-from'] ?? 0)
  const some = <T>(list: readonly T[]) => (list.length === 0 ? undefined : list)
  return withoutAbsent({
    idFrom: idFrom === 0 ? undefined : idFrom,
    idTo: settings['id-to'],
    methods: some(settings.method),
    paths: some(settings.path),
    excludedPaths: some(settings['excluded-urls']),
    statuses: some(settings.status),
    verdicts: some(settings.verdict),
    labels: some(settings.label),
    users: some(settings.user),
    clients: some(settings.client),
    text: settings.text,
    since: settings.since,
    until: settings.until,
  })
}

type Optional<T> = { [K in keyof T]: T[K] | undefined }

function withoutAbsent(filter: Optional<EntryFilter>): EntryFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

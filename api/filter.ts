import { filterOf, filterSettings } from '../cli/filter-settings.ts'
import type { Verdict } from '../journal/entry.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { readOptions, without, type Call } from './options.ts'

/** Which entries. Every part narrows; an absent part does not. Lists mean "any of these". */
export interface Filter {
  /** Only entries from this id on. */
  readonly idFrom?: number | undefined
  /** Only entries up to this id. */
  readonly idTo?: number | undefined
  /** `POST`. */
  readonly methods?: readonly string[] | undefined
  /** `/exact`, `/prefix/*`, or a glob such as `/api/*\/state`. */
  readonly paths?: readonly string[] | undefined
  /** Written the same. */
  readonly excludedPaths?: readonly string[] | undefined
  /** As they were recorded: `404`, `'5xx'`, `'400-499'`. */
  readonly statuses?: readonly (number | string)[] | undefined
  readonly verdicts?: readonly Verdict[] | undefined
  readonly labels?: readonly string[] | undefined
  /** Who sent it, as far as the request told. */
  readonly users?: readonly string[] | undefined
  /** Addresses. */
  readonly clients?: readonly string[] | undefined
  /** Stands in the target or a body, byte for byte as it was on the wire. */
  readonly text?: string | undefined
  /** Arrived then or later: a moment, ISO 8601, or a time ago such as `'2h'`. */
  readonly since?: Date | string | undefined
  /** Arrived earlier. */
  readonly until?: Date | string | undefined
}

/** Which setting a part of a filter is. */
export const FILTER_OPTIONS = {
  ...{ idFrom: 'id-from', idTo: 'id-to', methods: 'method', paths: 'path' },
  ...{ excludedPaths: 'excluded-urls', statuses: 'status', verdicts: 'verdict', labels: 'label' },
  ...{ users: 'user', clients: 'client', text: 'text', since: 'since', until: 'until' },
} as const satisfies Readonly<Record<keyof Filter, keyof typeof filterSettings>>

/** Throws the Problem `settings_invalid`. */
export function entryFilter(filter: Filter, stream: string, call: string): EntryFilter {
  const known = readOptions({ ...FILTER, name: call }, filter)
  return { ...filterOf({ ...known, stream, 'start-from-id': undefined }), stream }
}

const table = without(filterSettings, ['stream', 'start-from-id'])

const FILTER: Omit<Call<typeof table>, 'name'> = {
  ...{ table, options: FILTER_OPTIONS, others: [], missing: () => ({}) },
}

// A view of the journal as its address says it: the filter in the words of the API, and the columns.

export const FILTERS = [
  'stream',
  'id',
  'method',
  'path',
  'excluded_path',
  'status',
  'verdict',
  'settled',
  'label',
  'user',
  'client',
  'since',
  'until',
  'text',
] as const
export type FilterName = (typeof FILTERS)[number]

/** As the API takes it: lists are separated by commas. */
export type Filter = Readonly<Partial<Record<FilterName, string>>>

export interface View {
  filter: Filter
  /** Null: as they are without a choice. */
  columns: readonly string[] | null
}

export function viewOf(search: string): View {
  const said = new URLSearchParams(search)
  const filter: Partial<Record<FilterName, string>> = {}
  for (const name of FILTERS) {
    const value = said.get(name)
    if (value !== null && value !== '') filter[name] = value
  }
  const columns = said.get('columns')
  return { filter, columns: columns === null ? null : columns.split(',').filter(Boolean) }
}

/** The address of a view of the journal. */
export function addressOf({ filter, columns }: View): string {
  const said = new URLSearchParams(queryOf(filter))
  if (columns !== null) said.set('columns', columns.join(','))
  const text = said.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':')
  return text === '' ? '/' : `/?${text}`
}

/** The same filter in the same order whatever it was made of, so that equal ones are equal texts. */
export function queryOf(filter: Filter): string {
  const said = new URLSearchParams()
  for (const name of FILTERS) {
    const value = filter[name]
    if (value !== undefined && value !== '') said.set(name, value)
  }
  return said.toString()
}

/** The filter with parts of it anew; an empty part is taken away. */
export function changed(filter: Filter, parts: Filter): Filter {
  const whole = Object.entries({ ...filter, ...parts }).filter(([, value]) => value !== '')
  return Object.fromEntries(whole)
}

/** A list with a value more, or without it where it had it. */
export function toggled(list: string | undefined, value: string): string {
  const values = (list ?? '').split(',').filter(Boolean)
  const rest = values.filter((one) => one !== value)
  return (rest.length === values.length ? [...rest, value] : rest).join(',')
}

// Which runs, as the address says it; in the words of the API.

export const RUN_STATES = ['running', 'done', 'stopped', 'interrupted'] as const

const PARTS = ['text', 'stream', 'state', 'since', 'until'] as const

export type RunFilter = Readonly<Partial<Record<(typeof PARTS)[number], string>>>

export function runFilterOf(search: string): RunFilter {
  const said = new URLSearchParams(search)
  const known = PARTS.map((part) => [part, said.get(part) ?? ''] as const)
  return Object.fromEntries(known.filter(([, value]) => value !== ''))
}

/** The address of the list with parts of the filter anew; an empty part is taken away. */
export function runsAddress(filter: RunFilter, parts: RunFilter = {}): string {
  const whole: RunFilter = { ...filter, ...parts }
  const said = new URLSearchParams()
  for (const part of PARTS) {
    const value = whole[part]
    if (value !== undefined && value !== '') said.set(part, value)
  }
  const text = said.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':')
  return text === '' ? '/runs' : `/runs?${text}`
}

/** What a field for a local date and time shows of a moment, and back; empty for none. */
export function localOf(iso: string | undefined): string {
  const at = iso === undefined ? NaN : Date.parse(iso)
  if (Number.isNaN(at)) return ''
  const offset = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - offset).toISOString().slice(0, 16)
}

export function momentOf(local: string): string {
  const at = Date.parse(local)
  return Number.isNaN(at) ? '' : `${new Date(at).toISOString().slice(0, 16)}Z`
}

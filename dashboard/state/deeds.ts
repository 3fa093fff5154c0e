import type { Deed } from '../api/client.ts'

// The audit trail as its address says it, and deeds in words.

export const ACTIONS = [
  ...(['replay', 'settle', 'label', 'clear', 'keep_state', 'show_secrets'] as const),
  ...(['rotate_keys', 'reseal', 'sign_in', 'sign_out', 'refused'] as const),
] as const satisfies readonly Deed['action'][]

const PARTS = ['who', 'action', 'stream'] as const
export type TrailFilter = Readonly<Partial<Record<(typeof PARTS)[number], string>>>

export function trailFilterOf(search: string): TrailFilter {
  const said = new URLSearchParams(search)
  const known = PARTS.map((part) => [part, said.get(part) ?? ''] as const)
  return Object.fromEntries(known.filter(([, value]) => value !== ''))
}

export function trailAddress(filter: TrailFilter, parts: TrailFilter): string {
  const whole: TrailFilter = { ...filter, ...parts }
  const said = new URLSearchParams()
  for (const part of PARTS) if (whole[part]) said.set(part, whole[part])
  const text = said.toString().replaceAll('%2C', ',')
  return text === '' ? '/trail' : `/trail?${text}`
}

/** What was done, as its detail tells; what is not known here is shown as it was noted. */
export function deedWords({ action, detail }: Pick<Deed, 'action' | 'detail'>): string {
  const said = (name: string) => {
    const value = detail[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
  if (action === 'settle' && said('entries') !== null) {
    const n = Number(said('entries'))
    const by = said('by') === null ? '' : `, by ${said('by')}`
    const as = said('settlement')?.replace('_', ' ')
    return `${n} ${n === 1 ? 'entry' : 'entries'} ${as ?? 'taken back'}${by}`
  }
  if (action === 'label') {
    const label = said('label')
    const filter = JSON.stringify(detail['filter'] ?? {})
    return label === null ? `label taken from ${filter}` : `'${label}' to ${filter}`
  }
  if (action === 'replay' && said('target') !== null) {
    const resumed = said('resumed') === null ? '' : `, run ${said('resumed')} resumed`
    return `${said('planned') ?? '?'} planned to ${said('target')}${resumed}`
  }
  if (action === 'keep_state' && said('target') !== null) {
    return `${said('answers') ?? '?'} answers of ${said('target')} kept`
  }
  if (action === 'reseal' && said('key') !== null) return `with the key ${said('key')}`
  if (action === 'clear') return 'every entry, run and attempt removed'
  return Object.keys(detail).length === 0 ? '' : JSON.stringify(detail)
}

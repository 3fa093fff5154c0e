import type { Deed } from '../api/client.ts'

// The audit trail as its address says it, and deeds in words.

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

/** What a detail says under a name; null: nothing, or no word and no number. */
type Said = (name: string) => string | null

/** By what was done, the words for its detail; null: as it was noted. */
const WORDS: Readonly<
  Record<Deed['action'], (said: Said, detail: Deed['detail']) => string | null>
> = {
  replay: (said) => {
    const resumed = said('resumed') === null ? '' : `, run ${said('resumed')} resumed`
    return said('target') && `${said('planned') ?? '?'} planned to ${said('target')}${resumed}`
  },
  pause: ofRun,
  continue: ofRun,
  stop: ofRun,
  settle: (said) => {
    if (said('entries') === null) return null
    const n = Number(said('entries'))
    const by = said('by') === null ? '' : `, by ${said('by')}`
    const as = said('settlement')?.replace('_', ' ')
    return `${n} ${n === 1 ? 'entry' : 'entries'} ${as ?? 'taken back'}${by}`
  },
  label: (said, detail) => {
    const label = said('label')
    const filter = JSON.stringify(detail['filter'] ?? {})
    return label === null ? `label taken from ${filter}` : `'${label}' to ${filter}`
  },
  export: (said) => (said('file') === null ? 'to standard output' : `to ${said('file')}`),
  import: (said) => said('file') && `from ${said('file')}`,
  clear: () => 'every entry, run and attempt removed',
  lose: (said) => said('epoch') && `life ${said('epoch')} is over: ${said('why') ?? '?'}`,
  restore: (said) => said('epoch') && `life ${said('epoch')}`,
  open: (said) => said('epoch') && `clients let in, in life ${said('epoch')}`,
  set_checkpoint: (said) => {
    const note = said('note') === null ? '' : `: ${said('note')}`
    return said('entry') && `at entry ${said('entry')}${note}`
  },
  remove_checkpoint: (said) =>
    said('number') && `checkpoint ${said('number')}, at entry ${said('entry') ?? '?'}`,
  verify_rules: (said) => {
    const state = said('outcome') === 'restored' ? 'the same state' : 'another state'
    const runs = `run ${said('compactRun') ?? '?'}, against run ${said('wholeRun') ?? '?'}`
    return said('digest') && `${state} by the rules ${said('digest')!.slice(0, 12)}: ${runs}`
  },
  keep_state: (said) =>
    said('target') && `${said('answers') ?? '?'} answers of ${said('target')} kept`,
  show_secrets: (said) => {
    const body = said('what')?.endsWith(' body') === true ? `${said('what')} of ` : ''
    return said('entry') && `${body}entry ${said('entry')}`
  },
  rotate_keys: () => null,
  reseal: (said) => said('key') && `with the key ${said('key')}`,
  sign_in: () => null,
  sign_out: () => null,
  refused: (said) => said('asked'),
}

export const ACTIONS = Object.keys(WORDS) as Deed['action'][]

/** What was done, as its detail tells; what is not known here is shown as it was noted. */
export function deedWords({ action, detail }: Pick<Deed, 'action' | 'detail'>): string {
  const said = (name: string) => {
    const value = detail[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
  const asNoted = Object.keys(detail).length === 0 ? '' : JSON.stringify(detail)
  return WORDS[action](said, detail) ?? asNoted
}

function ofRun(said: Said): string | null {
  return said('run') && `run ${said('run')}`
}

import type { Plan, RunWish } from '../api/client.ts'
import { queryOf, viewOf, type Filter } from '../journal/filter.ts'

// A replay as its address says it: the filter in the words of the journal's address, the rest in those
// of the API. What is as it usually is does not stand there.

/** How entries are sent, whichever they are: what a run is begun with, and resumed with. */
export interface Manner {
  lanes: readonly string[]
  concurrency: number
  clock_tolerance_ms: number
  speed: number | null
  rate: number | null
  on_failure: RunWish['on_failure']
  on_difference: RunWish['on_difference']
}

export interface Wish extends Manner {
  filter: Filter
  /** As it was typed; empty: none yet. */
  target: string
  in_doubt: RunWish['in_doubt']
  begin: RunWish['begin']
  /** What makes earlier requests needless, as somebody wrote it. */
  compact_rules: readonly string[]
}

/** What the service does where nothing is said. */
export const USUAL_MANNER: Manner = {
  lanes: [],
  concurrency: 16,
  clock_tolerance_ms: 50,
  speed: null,
  rate: null,
  on_failure: 'stop',
  on_difference: 'continue',
}

/** All of a selection, whatever nothing needs any more. */
export const UNSPARED = { begin: 'start', compact_rules: [] } as const

const USUAL: Wish = { ...USUAL_MANNER, ...UNSPARED, filter: {}, target: '', in_doubt: 'stop' }

export function wishOf(search: string): Wish {
  const said = new URLSearchParams(search)
  const number = <T>(name: string, usual: T) => {
    const text = said.get(name)
    const value = Number(text)
    return text === null || text === '' || !Number.isFinite(value) ? usual : value
  }
  const word = <T extends string>(name: string, all: readonly T[], usual: T) =>
    all.find((one) => one === said.get(name)) ?? usual
  return {
    filter: viewOf(search).filter,
    target: said.get('target') ?? '',
    lanes: said.getAll('lanes').filter(Boolean),
    concurrency: number('concurrency', USUAL.concurrency),
    clock_tolerance_ms: number('clock_tolerance_ms', USUAL.clock_tolerance_ms),
    speed: number('speed', USUAL.speed),
    rate: number('rate', USUAL.rate),
    in_doubt: word('in_doubt', ['stop', 'skip', 'send'], USUAL.in_doubt),
    on_failure: word('on_failure', ['stop', 'continue'], USUAL.on_failure),
    on_difference: word('on_difference', ['stop', 'continue'], USUAL.on_difference),
    begin: word('begin', ['start', 'checkpoint'], USUAL.begin),
    compact_rules: said.getAll('compact_rules').filter(Boolean),
  }
}

/** The address of a replay; what is left out is as usual. */
export function replayAddress({
  filter = {},
  lanes = [],
  compact_rules: rules = [],
  ...rest
}: Partial<Wish>): string {
  const said = new URLSearchParams(queryOf(filter))
  for (const lane of lanes) said.append('lanes', lane)
  for (const rule of rules) said.append('compact_rules', rule)
  for (const [name, value] of Object.entries(rest)) {
    const usual = USUAL[name as keyof Wish]
    if (value !== usual && value !== null && value !== '') said.set(name, String(value))
  }
  const text = said.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':')
  return text === '' ? '/replay' : `/replay?${text}`
}

/** Of the entries with these ids, of one stream where it is known. */
export function idFilter(ids: Iterable<number>, stream: string | undefined): Filter {
  const id = [...ids].sort((a, b) => a - b).join(',')
  return { ...(stream !== undefined && { stream }), id }
}

/** As many ids as the service takes in one filter. */
export const MOST_IDS = 500

export function runBody(
  { filter, lanes, compact_rules: rules, ...wish }: Wish,
  stream: string,
): RunWish {
  const { stream: _, ...rest } = filter
  return { ...wish, stream, filter: rest, lanes: [...lanes], compact_rules: [...rules] }
}

/** What a plan is asked with; `limit`: how many of its entries come with it. */
export function planBody(wish: Wish, stream: string, limit: number) {
  const {
    speed: _speed,
    rate: _rate,
    on_failure: _f,
    on_difference: _d,
    target,
    ...rest
  } = runBody(wish, stream)
  return { ...rest, limit, ...(isTarget(target) && { target }) }
}

/** What the service takes for one: an address without credentials, query and fragment. */
export function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ''
}

/** Whether what a target changes is on this machine, where whoever replays can put it right. */
export function isThisMachine(target: string): boolean {
  if (!isTarget(target)) return false
  const host = new URL(target).hostname
  return /^(127(\.\d+){3}|\[::1\]|localhost|.+\.localhost)$/.test(host)
}

/** Without its port. */
export function hostOf(target: string): string {
  return URL.canParse(target) ? new URL(target).hostname : target
}

export interface Offer {
  target: string
  why: 'recorded' | 'named' | 'sent to before'
}

/** Targets to choose among, each once: those that a plan knows as allowed, and those of former runs. */
export function offersOf(
  plan: Pick<Plan, 'recorded_targets' | 'named_targets'> | undefined,
  former: readonly string[],
): Offer[] {
  const all: Offer[] = [
    ...(plan?.recorded_targets ?? []).map((target) => ({ target, why: 'recorded' }) as const),
    ...(plan?.named_targets ?? []).map((name) => ({ target: urlOf(name), why: 'named' }) as const),
    ...former.map((target) => ({ target, why: 'sent to before' }) as const),
  ]
  const isFirst = ({ target }: Offer, i: number) =>
    all.findIndex((one) => one.target === target) === i
  return all.filter(isFirst).slice(0, MOST_OFFERS)
}

const MOST_OFFERS = 6

function urlOf(name: string): string {
  return name.endsWith(':443') ? `https://${name.slice(0, -4)}` : `http://${name}`
}

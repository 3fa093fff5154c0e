import type { AliasRules } from './rules.ts'
import { within, type Visit } from '../../aliases/site.ts'
import type { AliasStore } from './store.ts'
import { deep } from '../../aliases/value-text.ts'

/** By which a recorded value becomes another one. */
interface Pairs {
  store: Pick<AliasStore, 'get'>
  rules: Pick<AliasRules, 'pin'>
}

/** Whether aliases, as a whole or in the parts of it, make of a recorded text the one that came. */
export function isExplained(
  { store, rules }: Pairs,
  place: string,
  recorded: string,
  now: string,
): boolean {
  const isPair = (was: string, is: string) =>
    was === is ||
    rules.pin.get(was) === is ||
    (store.get(was)?.some((alias) => alias.new === is) ?? false)
  if (isPair(recorded, now)) return true
  if (recorded.length > 64 * 1024) return false
  const came = new Map<string, string>()
  const site = within(null, place)
  const see: Visit = (value, { place }) => {
    came.set(place, value)
    return undefined
  }
  deep(see)(now, site)
  const renamed = deep((value, { place }) => {
    const is = came.get(place)
    return is !== undefined && is !== value && isPair(value, is)
      ? { text: is, as: 'same' }
      : undefined
  })(recorded, site)
  return renamed?.text === now || areTokensExplained(recorded, now, isPair)
}

/** A text for people, in which ids stand among words. */
function areTokensExplained(
  recorded: string,
  now: string,
  isPair: (was: string, is: string) => boolean,
): boolean {
  const was = recorded.split(/([A-Za-z0-9_-]+)/)
  const is = now.split(/([A-Za-z0-9_-]+)/)
  return was.length === is.length && was.every((part, i) => isPair(part, is[i]!))
}

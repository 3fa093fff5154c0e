import { within, type Visit } from './site.ts'
import { strengthOf } from './strength.ts'
import { replaced } from './value-text.ts'
import { unescaped } from './xml-text.ts'

// What answers for people hold that a later request may use. They are read only, never rewritten.

/** Hidden inputs and meta elements of an HTML page, by their names; links and forms by place. */
export function readPage(text: string, visit: Visit): void {
  const seen = new Map<string, number>()
  for (const [, tag = '', attributes = ''] of text.matchAll(ELEMENT)) {
    const kind = tag.toLowerCase()
    const name = attribute(attributes, 'name') ?? attribute(attributes, 'id')
    const value = attribute(
      attributes,
      kind === 'meta' ? 'content' : kind === 'form' ? 'action' : 'value',
    )
    if (value === undefined || value === '' || (name === undefined && kind !== 'form')) continue
    if (kind === 'meta' && !/csrf|xsrf|token|nonce/i.test(name!)) continue
    const place = `html ${kind} ${name ?? ''}`.trim()
    const n = (seen.get(place) ?? 0) + 1
    seen.set(place, n)
    const key = name ?? ''
    replaced(value, within(null, n === 1 ? place : `${place}#${n}`, { key }), visit)
  }
}

const ELEMENT = /<(input|meta|form|button)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(
    `(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`,
    'i',
  ).exec(attributes)
  const raw = found?.[1] ?? found?.[2] ?? found?.[3]
  return raw === undefined ? undefined : unescaped(raw)
}

/** The long opaque tokens of a text, by their order; a text that is one token is shown as a whole. */
export function readPlain(text: string, visit: Visit): void {
  let n = 0
  for (const [token] of text.matchAll(/[A-Za-z0-9_~+=.-]{12,4096}/g)) {
    const bare = token.replace(/[.]+$/, '')
    if (strengthOf(bare) !== 'strong') continue
    n += 1
    replaced(bare, within(null, `text token ${n}`), visit)
  }
}

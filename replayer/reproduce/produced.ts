import type { Entry } from '../../journal/entry.ts'
import { openedBody } from '../../journal/masking/opened.ts'
import { fieldValue } from '../../wire/fields.ts'
import { contentOf } from '../compare/body-content.ts'
import { ExactNumber, type Json } from '../compare/json-value.ts'

/** Where in an answer a value stands, where that is simple: in its JSON, or last in its Location. */
export type ProducedAt = { kind: 'json'; path: readonly (string | number)[] } | { kind: 'location' }

/** The first value of a recorded answer that is meant, and where it stands; null: none, or not simply. */
export function producedAt(
  entry: Entry,
  isMeant: (text: string) => boolean,
): { recorded: string; at: ProducedAt } | null {
  const { responseHeaders, responseChunks, responseCapture } = entry
  const responseBody = openedBody(entry, 'response')
  const fields = responseHeaders ?? []
  const last = lastSegment(fieldValue(fields, 'location'))
  if (last !== null && isMeant(last)) return { recorded: last, at: { kind: 'location' } }
  if (responseBody === null || responseChunks > 0 || responseCapture !== 'complete') return null
  const content = contentOf(fields, responseBody)
  return content.kind === 'json' ? inJson(content.value, [], isMeant) : null
}

function lastSegment(location: string | undefined): string | null {
  const path = location?.replace(/[?#].*/, '').replace(/\/+$/, '') ?? ''
  return path.includes('/') ? path.slice(path.lastIndexOf('/') + 1) : null
}

function inJson(
  value: Json,
  path: readonly (string | number)[],
  isMeant: (text: string) => boolean,
): { recorded: string; at: ProducedAt } | null {
  const scalar = scalarText(value)
  if (scalar !== null) {
    return isMeant(scalar) ? { recorded: scalar, at: { kind: 'json', path } } : null
  }
  for (const [key, child] of childrenOf(value)) {
    const found = inJson(child, [...path, key], isMeant)
    if (found !== null) return found
  }
  return null
}

/** Null for what holds others, and for what is no value of its own. */
function scalarText(value: Json): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : null
}

function childrenOf(value: Json): [string | number, Json][] {
  if (Array.isArray(value)) return value.map((item, i) => [i, item])
  const isHolder = typeof value === 'object' && value !== null && !(value instanceof ExactNumber)
  return isHolder ? Object.entries(value) : []
}

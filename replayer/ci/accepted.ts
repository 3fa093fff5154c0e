import { STATUS_CODES } from 'node:http'
import { fieldValues, type RawFields } from '../../wire/fields.ts'
import { contentOf } from '../compare/body-content.ts'
import type { Found } from '../compare/difference.ts'
import { scalarsOf, withReplaced, type JsonPlace } from './json-places.ts'

/** An answer as it stands in a recording. Secrets as they came. */
export interface KeptAnswer {
  status: number
  reason: string
  fields: RawFields
  body: Buffer
}

/** The recorded value of one that a backend made anew; undefined: it is none. */
export type OldOf = (value: string) => string | undefined

/**
 * The answer that takes the place of a recorded one: what differs is as it came, and all else as it was
 * recorded: also what is no difference although it came otherwise (times, generated values). So only
 * what was accepted changes in a recording, and its values still belong together. Null: it is not known
 * whole what came.
 */
export function acceptedAnswer(
  recorded: KeptAnswer,
  came: Omit<KeptAnswer, 'reason'>,
  found: Found,
  oldOf: OldOf,
): KeptAnswer | null {
  if (found.uncompared.length > 0) return null
  if (recorded.status !== came.status) {
    const fields = came.fields.map((text, i) => (i % 2 === 0 ? text : withOld(text, oldOf)))
    const body = acceptedBody(null, came, null, oldOf)
    return framed({ ...came, fields, reason: STATUS_CODES[came.status] ?? '' }, body)
  }
  const places = found.differences.map(({ where }) => where)
  const headers = places.flatMap((where) => /^header (.*)$/.exec(where)?.[1] ?? [])
  const fields = headers.reduce<RawFields>(
    (list, name) => withValues(list, name, valuesIn(came.fields, name, oldOf)),
    recorded.fields,
  )
  const bodies = places.filter((where) => /^(body|grpc)/.test(where))
  if (bodies.length === 0 && found.unlisted === 0) return { ...recorded, fields }
  // Of those that are not listed nobody knows where they are.
  const listed = found.unlisted > 0 ? null : bodies
  const body = acceptedBody(recorded, came, listed, oldOf)
  return framed({ ...recorded, fields }, body)
}

function valuesIn(fields: RawFields, name: string, oldOf: OldOf): string[] {
  return fieldValues(fields, name.toLowerCase()).map((value) => withOld(value, oldOf))
}

/** `named`: the name as it stood; the values stand where the first of them did, or at the end. */
function withValues(fields: RawFields, name: string, values: readonly string[]): RawFields {
  const isIt = (i: number) => fields[i]!.toLowerCase() === name.toLowerCase()
  const list: string[] = []
  let placed = false
  const place = (as: string) => {
    if (!placed) list.push(...values.flatMap((value) => [as, value]))
    placed = true
  }
  for (let i = 0; i < fields.length; i += 2) {
    if (isIt(i)) place(fields[i]!)
    else list.push(fields[i]!, fields[i + 1]!)
  }
  place(canonical(name))
  return list
}

/** `content-type` -> `Content-Type` */
function canonical(name: string): string {
  return name.replaceAll(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => dash + letter.toUpperCase(),
  )
}

interface MadeBody {
  bytes: Buffer
  /** Its content coding as it came; `none`: it is not coded any more. */
  coding: readonly string[]
}

/** `places`: where it differs; null: anywhere. */
function acceptedBody(
  recorded: KeptAnswer | null,
  came: Omit<KeptAnswer, 'reason'>,
  places: readonly string[] | null,
  oldOf: OldOf,
): MadeBody {
  const now = contentOf(came.fields, came.body)
  if (now.kind !== 'json') {
    return { bytes: came.body, coding: fieldValues(came.fields, 'content-encoding') }
  }
  const then = recorded && contentOf(recorded.fields, recorded.body)
  const known = new Map<string, string>()
  if (then?.kind === 'json' && places !== null) {
    for (const place of scalarsOf(then.text)) known.set(place.pointer, textAt(then.text, place))
  }
  const differs = differingUnder(places ?? ['body'])
  const replaced = scalarsOf(now.text).flatMap((place) => {
    const text = textAt(now.text, place)
    const by = differs(place.pointer)
      ? withOldJson(text, oldOf)
      : (known.get(place.pointer) ?? text)
    return by === text ? [] : [{ place, by }]
  })
  if (replaced.length === 0) {
    return { bytes: came.body, coding: fieldValues(came.fields, 'content-encoding') }
  }
  return { bytes: Buffer.from(withReplaced(now.text, replaced)), coding: [] }
}

function textAt(text: string, { from, to }: JsonPlace): string {
  return text.slice(from, to)
}

/** Whether a pointer is one of these places or within one: `body /a/0`, or `body` for all of it. */
function differingUnder(places: readonly string[]): (pointer: string) => boolean {
  const pointers = new Set(places.map((where) => where.replace(/^body ?/, '')))
  return (pointer) => {
    if (pointers.has('')) return true
    for (let own = pointer; own !== ''; own = own.slice(0, own.lastIndexOf('/'))) {
      if (pointers.has(own)) return true
    }
    return false
  }
}

/** With a body, and what tells of its form. */
function framed(answer: KeptAnswer, { bytes, coding }: MadeBody): KeptAnswer {
  const coded = withValues(answer.fields, 'content-encoding', coding)
  const hasLength = fieldValues(coded, 'content-length').length > 0
  const fields = hasLength ? withValues(coded, 'content-length', [String(bytes.length)]) : coded
  return { ...answer, fields, body: bytes }
}

/** Words that are long enough to be nothing else than a generated value. */
const WORD = /[\p{L}\p{N}_.~%-]{6,}/gu

function withOld(text: string, oldOf: OldOf): string {
  return oldOf(text) ?? text.replaceAll(WORD, (word) => oldOf(word) ?? word)
}

/** Of a scalar as JSON: only texts are looked into. */
function withOldJson(json: string, oldOf: OldOf): string {
  if (!json.startsWith('"')) return json
  const text = JSON.parse(json) as string
  const old = withOld(text, oldOf)
  return old === text ? json : JSON.stringify(old)
}

/** What may be generated in an answer: asked for all at once. */
export function wordsOf({ fields, body }: Omit<KeptAnswer, 'reason'>): string[] {
  const words = new Set<string>()
  const add = (text: string) => {
    if (text.length >= 6) words.add(text)
    for (const [word] of text.matchAll(WORD)) words.add(word)
  }
  for (let i = 1; i < fields.length; i += 2) add(fields[i]!)
  const content = contentOf(fields, body)
  if (content.kind === 'json') {
    for (const place of scalarsOf(content.text)) {
      const json = textAt(content.text, place)
      if (json.startsWith('"')) add(JSON.parse(json) as string)
    }
  }
  return [...words]
}

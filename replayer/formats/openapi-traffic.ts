import { pathOf } from '../../journal/entry.ts'
import { withoutCodings } from '../../wire/content-coding.ts'
import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { MOST_BODY, type Exported, type Exporting } from './exported.ts'
import { newShape, see, type Shape } from './json-shape.ts'
import { PathTemplates } from './path-template.ts'

// What traffic has in common, by path and method.

/** Beyond so many, further ones are not looked at, and told. */
const MOST_OPERATIONS = 2_000

export interface Operation {
  method: string
  template: string
  names: readonly string[]
  seen: number
  query: Map<string, Parameter>
  /** Which ways to say who asks were seen. */
  security: Set<string>
  body: Media
  bodies: number
  answers: Map<number, { reason: string; media: Media }>
}

export interface Parameter {
  /** In how many requests. */
  seen: number
  isList: boolean
  shape: Shape
}

/** By media type, without its parameters. */
export type Media = Map<string, { shape: Shape; form: 'json' | 'form' | 'other' }>

export class Traffic {
  readonly #templates = new PathTemplates()
  readonly operations = new Map<string, Operation>()
  /** Ways to say who asks, as OpenAPI names them. */
  readonly schemes = new Map<string, object>()
  /** Requests that were not looked at, as there are too many different ones. */
  passed = 0

  add(exported: Exported, how: Exporting): void {
    const { entry } = exported
    const { template, names } = this.#templates.of(pathOf(entry.target))
    const operation = this.#operation(entry.method, template, names)
    if (operation === null) {
      this.passed++
      return
    }
    operation.seen++
    seeQuery(operation, entry.target)
    this.#seeSecurity(operation, entry.requestHeaders, entry.withheld, how)
    if (entry.requestLength > 0) {
      operation.bodies++
      seeBody(operation.body, entry.requestHeaders, exported.request, () =>
        tellUnread(how, entry.id),
      )
    }
    if (entry.status === null) return
    const known = operation.answers.get(entry.status)
    const answer = known ?? { reason: entry.reason ?? '', media: new Map() }
    operation.answers.set(entry.status, answer)
    if (entry.responseLength === 0 || exported.response === null) return
    const fields = entry.responseHeaders ?? []
    const json = seeBody(answer.media, fields, exported.response, () => tellUnread(how, entry.id))
    this.#templates.learn(json, fieldValue(fields, 'location'))
  }

  #operation(method: string, template: string, names: readonly string[]): Operation | null {
    const key = `${template} ${method}`
    const known = this.operations.get(key)
    if (known !== undefined) return known
    if (this.operations.size >= MOST_OPERATIONS) return null
    const operation = {
      ...{ method, template, names, seen: 0, query: new Map(), security: new Set<string>() },
      ...{ body: new Map(), bodies: 0, answers: new Map() },
    }
    this.operations.set(key, operation)
    return operation
  }

  /** Of a secret field nothing but its name, and the word before the credentials. */
  #seeSecurity(
    { security }: Operation,
    fields: RawFields,
    withheld: readonly string[],
    { secrets }: Exporting,
  ): void {
    const names = fields.filter(
      (name, i) => i % 2 === 0 && secrets.isSecret(name) && !/^cookie$/i.test(name),
    )
    const left = withheld.filter((name) => !name.startsWith('(') && !/^cookie$/i.test(name))
    for (const name of new Set([...names, ...left])) {
      const word = (fieldValue(fields, name.toLowerCase()) ?? '').split(' ', 1)[0]!.toLowerCase()
      const isHttp = name.toLowerCase() === 'authorization' && /^(basic|bearer|digest)$/.test(word)
      const scheme = isHttp
        ? { type: 'http', scheme: word }
        : { type: 'apiKey', in: 'header', name }
      const key = isHttp ? word : name.replaceAll(/[^\w.-]/g, '_')
      this.schemes.set(key, scheme)
      security.add(key)
    }
  }
}

function tellUnread(how: Exporting, id: number): void {
  how.tell('unread', id)
}

function seeQuery(operation: Operation, target: string): void {
  const query = target.indexOf('?')
  if (query === -1) return
  const counts = new Map<string, number>()
  for (const [name, value] of new URLSearchParams(target.slice(query + 1))) {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    const known = operation.query.get(name)
    const parameter = known ?? { seen: 0, isList: false, shape: newShape() }
    operation.query.set(name, parameter)
    see(parameter.shape, asValue(value))
  }
  for (const [name, n] of counts) {
    const parameter = operation.query.get(name)!
    parameter.seen++
    parameter.isList ||= n > 1
  }
}

/** A number or a truth value is written as one. */
function asValue(text: string): unknown {
  if (/^-?\d{1,15}(?:\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' || text === 'false' ? text === 'true' : text
}

/** Answers the JSON that it read; undefined: none. */
function seeBody(
  media: Media,
  fields: RawFields,
  { bytes, left }: Exported['request'],
  tell: () => void,
): unknown {
  const type = (fieldValue(fields, 'content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
  const isJson = /[/+]json$/.test(type)
  const isForm = type === 'application/x-www-form-urlencoded'
  const form = isJson ? 'json' : isForm ? 'form' : 'other'
  const known = media.get(type) ?? { shape: newShape(), form }
  media.set(type, known)
  if (form === 'other') return undefined
  const plain =
    left === null ? withoutCodings(fields, bytes, { most: 4 * MOST_BODY, cut: 'refused' }) : null
  if (plain === null) {
    tell()
    return undefined
  }
  if (isForm) {
    see(known.shape, Object.fromEntries(new URLSearchParams(plain.toString('utf8'))))
    return undefined
  }
  try {
    const value: unknown = JSON.parse(plain.toString('utf8'))
    see(known.shape, value)
    return value
  } catch {
    tell()
    return undefined
  }
}

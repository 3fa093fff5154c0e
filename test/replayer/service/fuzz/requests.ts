import fc from 'fast-check'
import type { Asked } from './wire.ts'
import type { ApiDocument, Operation, Parameter } from './document.ts'
import { known, legal, wrong, wrongText, type Words } from './values.ts'

// Requests for an operation, made from the document.

export interface Try extends Asked {
  /**
   * `taken`: every value means something, so it is not the request that is wrong. `refused`: the
   * document does not let it through. `any`: by the document it may be, and may mean nothing.
   */
  expected: 'taken' | 'refused' | 'any'
  /** What is wrong with it, or nothing. */
  how: string
}

/** A request before it is written. */
interface Draft {
  path: Readonly<Record<string, string>>
  query: readonly (readonly [string, string])[]
  headers: Readonly<Record<string, string>>
  body: unknown
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

export function tries(
  document: ApiDocument,
  operation: Operation,
  words: Words,
): fc.Arbitrary<Try> {
  const sound = drafts(
    operation,
    (one) => known(one.name, one.schema, document.root, words),
    () =>
      operation.body === undefined ? null : known('body', operation.body, document.root, words),
  )
  const loose = drafts(
    operation,
    (one) => legal(one.schema, document.root),
    () => (operation.body === undefined ? null : legal(operation.body, document.root)),
  )
  const taken = sound.map((draft) => written(operation, draft, 'taken', ''))
  const any = loose.map((draft) => written(operation, draft, 'any', ''))
  return fc.oneof(
    { arbitrary: taken, weight: 2 },
    { arbitrary: any, weight: 2 },
    { arbitrary: sound.chain((draft) => broken(document, operation, draft)), weight: 4 },
  )
}

type Made = fc.Arbitrary<unknown> | null

function drafts(
  { parameters }: Operation,
  valueOf: (parameter: Parameter) => Made,
  bodyOf: () => Made,
): fc.Arbitrary<Draft> {
  const made = (place: Parameter['in']) => {
    const own = parameters.filter((one) => one.in === place)
    const values = own.flatMap((one) => {
      const value = valueOf(one)
      return value === null ? [] : [[one.name, value.map(String)] as const]
    })
    const requiredKeys = own.filter((one) => one.required).map((one) => one.name)
    return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true })
  }
  return fc
    .tuple(made('path'), made('query'), made('header'), bodyOf() ?? fc.constant(undefined))
    .map(([path, query, headers, body]) => ({
      ...{ path, query: Object.entries(query), body },
      headers: Object.fromEntries(Object.entries(headers).filter(([, text]) => isFieldValue(text))),
    }))
}

/** What a client can send as a field at all. */
function isFieldValue(text: string): boolean {
  return /^[\x21-\x7e][\x20-\x7e]*$/.test(text)
}

/** The same request with one thing in it that the document does not let through. */
function broken({ root }: ApiDocument, operation: Operation, draft: Draft): fc.Arbitrary<Try> {
  const ways: fc.Arbitrary<Try>[] = []
  const way = (how: string, changes: fc.Arbitrary<Partial<Draft> & { raw?: Buffer }>) =>
    ways.push(
      changes.map(({ raw, ...changed }) => {
        const one = written(operation, { ...draft, ...changed }, 'refused', how)
        return raw === undefined ? one : { ...one, body: raw }
      }),
    )
  for (const parameter of operation.parameters) breakParameter(parameter, draft, way)
  if (operation.parameters.some((one) => one.in === 'query')) {
    way(
      'a parameter that is none',
      fc.constantFrom('extra', '__proto__', 'constructor').map((name) => ({
        query: [...draft.query, [name, '1'] as const],
      })),
    )
  }
  if (operation.body !== undefined) breakBody(operation.body, root, draft, way)
  return ways.length === 0 ? fc.constant(written(operation, draft, 'taken', '')) : fc.oneof(...ways)
}

type Way = (how: string, changes: fc.Arbitrary<Partial<Draft> & { raw?: Buffer }>) => void

function breakParameter({ name, in: place, schema, required }: Parameter, draft: Draft, way: Way) {
  const texts = wrongText(schema)
  if (place === 'path') {
    const inPath = texts.filter((text) => text !== '')
    if (inPath.length === 0) return
    way(
      `${name} in the path`,
      fc.constantFrom(...inPath).map((text) => ({ path: { ...draft.path, [name]: text } })),
    )
  }
  if (place !== 'query') return
  const others = draft.query.filter(([one]) => one !== name)
  if (texts.length > 0) {
    way(
      `${name}: a wrong value`,
      fc.constantFrom(...texts).map((text) => ({ query: [...others, [name, text] as const] })),
    )
  }
  way(
    `${name}: twice`,
    fc.constant({ query: [...others, [name, '1'] as const, [name, '2'] as const] }),
  )
  if (required) way(`${name}: left out`, fc.constant({ query: others }))
}

function breakBody(schema: NonNullable<Operation['body']>, root: unknown, draft: Draft, way: Way) {
  const body = draft.body as Record<string, unknown>
  const { properties = {}, required = [] } = schema
  for (const [name, one] of Object.entries(properties)) {
    const values = wrong(one, root)
    if (values.length === 0) continue
    way(
      `${name}: a wrong value in the body`,
      fc.constantFrom(...values).map((value) => ({ body: { ...body, [name]: value } })),
    )
  }
  for (const name of required) {
    const { [name]: _, ...others } = body
    way(`${name}: left out of the body`, fc.constant({ body: others }))
  }
  const text = JSON.stringify(body)
  const extra = (name: string) =>
    `${text.slice(0, -1)}${text === '{}' ? '' : ','}${JSON.stringify(name)}:{"x":1}}`
  way(
    'a member that is none',
    fc
      .constantFrom('extra', '__proto__', 'constructor')
      .map((name) => ({ raw: Buffer.from(extra(name)) })),
  )
  way(
    'another JSON than an object',
    fc
      .constantFrom('null', '[]', '1', '"x"', 'true', '[{}]')
      .map((json) => ({ raw: Buffer.from(json) })),
  )
  way(
    'no JSON',
    fc
      .constantFrom(...NO_JSON, Buffer.from(text.slice(0, -1)), Buffer.from(`${text}}`))
      .map((raw) => ({ raw })),
  )
  way(
    'another type than JSON',
    fc
      .constantFrom(
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/xml',
        '*/*',
        'json',
        'a/b; charset=\u00e9',
      )
      .map((type) => ({ headers: { 'Content-Type': type } })),
  )
  way(
    'a body that is too long',
    fc.constant({ raw: Buffer.from(`${text.slice(0, -1)}${' '.repeat(70_000)}}`) }),
  )
  way(
    'a nesting without end',
    fc.constant({ raw: Buffer.from('['.repeat(30_000) + ']'.repeat(30_000)) }),
  )
}

const NO_JSON = [
  '',
  ' ',
  '{',
  '{"a":',
  "{'a':1}",
  '{"a":1,}',
  'undefined',
  '\0',
  '\ufeff',
  'NaN',
  '{"a":"\ud800',
]
  .map((text) => Buffer.from(text))
  .concat(Buffer.from([0xff, 0xfe]))

function written(
  { method, path }: Operation,
  draft: Draft,
  expected: Try['expected'],
  how: string,
): Try {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(draft.path[name]!))
  const query = draft.query.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&')
  const body = draft.body === undefined ? null : Buffer.from(JSON.stringify(draft.body))
  return {
    ...{ method, expected, how, body },
    target: query === '' ? filled : `${filled}?${query}`,
    headers: { ...(body !== null && JSON_TYPE), ...draft.headers },
  }
}

/** A lone surrogate has no form in UTF-8. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
}

import { PROBLEMS } from '../../../../journal/problem.ts'
import { faultsOf } from '../../../support/json-schema.ts'
import type { ApiDocument, Operation } from './document.ts'
import type { Answer } from './wire.ts'

// What the document says of an answer, and where an answer is another one.

/** Said of any answer: the document has them where it says what holds for all of them. */
const OF_ANY = new Set([
  ...['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'],
  ...['cache-control', 'content-security-policy', 'cross-origin-opener-policy', 'x-frame-options'],
  ...['cross-origin-resource-policy', 'referrer-policy', 'x-content-type-options', 'x-request-id'],
])

/** Where an answer of an operation is not as the document has it; none: it is. */
export function departures(
  { root }: ApiDocument,
  operation: Pick<Operation, 'answers'>,
  answer: Answer,
): string[] {
  const documented = operation.answers[answer.status]
  if (documented === undefined) return [`the status ${answer.status}: ${answer.text.slice(0, 300)}`]
  const departed: string[] = []
  const named = new Map(
    Object.entries(documented.headers ?? {}).map(([name, said]) => [name.toLowerCase(), said]),
  )
  for (const name of Object.keys(answer.headers)) {
    if (!OF_ANY.has(name) && !named.has(name)) departed.push(`the field ${name}`)
  }
  for (const [name, { required }] of named) {
    if (required === true && answer.headers[name] === undefined) departed.push(`no field ${name}`)
  }
  return [...departed, ...bodyDepartures(root, documented.content, answer)]
}

function bodyDepartures(
  root: unknown,
  content: Operation['answers'][string]['content'],
  { headers, text, method, status }: Answer,
): string[] {
  const type = headers['content-type']?.split(';')[0]
  if (content === undefined) return text === '' ? [] : [`a body: ${text.slice(0, 300)}`]
  const said = type === undefined ? undefined : content[type]
  if (said === undefined) return [`the type ${type}`]
  if (method === 'HEAD') return text === '' ? [] : ['a body for HEAD']
  if (!type!.endsWith('json')) return []
  const value: unknown = JSON.parse(text)
  const faults = faultsOf(said.schema, value, root).map((fault) => `the body at ${fault}`)
  if (type === 'application/problem+json') {
    const problem = value as { code: string; status: number }
    if (!Object.hasOwn(PROBLEMS, problem.code)) faults.push(`the code ${problem.code}`)
    if (problem.status !== status) faults.push(`the status ${problem.status} in the body`)
  }
  return faults
}

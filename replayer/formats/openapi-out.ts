import { STATUS_CODES } from 'node:http'
import type { Exporting, Write } from './exported.ts'
import { schemaOf } from './json-shape.ts'
import { Traffic, type Media, type Operation } from './openapi-traffic.ts'

// A sketch: what was seen, and nothing of the values. What was in every request is called required.

/** Methods that a path of OpenAPI 3.1 can have. */
const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'])

/** A document of OpenAPI 3.1, written when all entries were seen: memory grows with its length alone. */
export const writeOpenapi: Write = async function* (entries, how) {
  const traffic = new Traffic()
  let seen = 0
  for await (const exported of entries) {
    seen++
    if (METHODS.has(exported.entry.method)) traffic.add(exported, how)
    else how.tell('method', exported.entry.id)
  }
  yield `${JSON.stringify(documentOf(traffic, seen, how), null, 2)}\n`
}

function documentOf(traffic: Traffic, seen: number, { stream, baseUrl }: Exporting): object {
  const { operations, schemes, passed } = traffic
  const paths: Record<string, Record<string, unknown>> = {}
  const ids = new Set<string>()
  const sorted = [...operations.values()].sort((a, b) => (a.template < b.template ? -1 : 1))
  for (const operation of sorted) {
    const path = operation.template.startsWith('/') ? operation.template : `/${operation.template}`
    paths[path] ??= {}
    paths[path][operation.method.toLowerCase()] = operationOf(operation, ids)
  }
  const more =
    passed === 0 ? '' : ` ${passed} more were not looked at: there are too many different paths.`
  return {
    openapi: '3.1.0',
    info: {
      title: `${stream}, as recorded`,
      version: '0.0.0',
      description: `A sketch, inferred from ${seen} recorded exchanges: what was seen, not what may be.${more}`,
    },
    servers: [{ url: baseUrl }],
    paths,
    ...(schemes.size > 0 && {
      components: { securitySchemes: Object.fromEntries([...schemes].sort(byName)) },
    }),
  }
}

function operationOf(operation: Operation, ids: Set<string>): object {
  const { method, template, names, seen, query, security, body, bodies, answers } = operation
  const inPath = names.map((name) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }))
  const inQuery = [...query].sort(byName).map(([name, { seen: n, isList, shape }]) => ({
    ...{ name, in: 'query', required: n === seen },
    schema: isList ? { type: 'array', items: schemaOf(shape) } : schemaOf(shape),
  }))
  const parameters = [...inPath, ...inQuery]
  return {
    operationId: freeId(method, template, ids),
    ...(parameters.length > 0 && { parameters }),
    ...(bodies > 0 && { requestBody: { required: bodies === seen, content: contentOf(body) } }),
    responses: responsesOf(answers),
    ...(security.size > 0 && { security: [...security].sort().map((name) => ({ [name]: [] })) }),
    'x-recorded': seen,
  }
}

function responsesOf(answers: Operation['answers']): object {
  if (answers.size === 0) return { default: { description: 'No answer was recorded.' } }
  return Object.fromEntries(
    [...answers].map(([status, { reason, media }]) => {
      const description = reason === '' ? (STATUS_CODES[status] ?? 'As recorded') : reason
      return [String(status), { description, ...(media.size > 0 && { content: contentOf(media) }) }]
    }),
  )
}

function contentOf(media: Media): object {
  return Object.fromEntries(
    [...media].sort(byName).map(([type, { shape, form }]) => {
      const name = type === '' ? 'application/octet-stream' : type
      return [name, form === 'other' ? {} : { schema: schemaOf(shape) }]
    }),
  )
}

/** `putThingsByThingId` */
function freeId(method: string, template: string, taken: Set<string>): string {
  const words = template
    .replaceAll('{', '{by-')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const name =
    method.toLowerCase() + words.map((one) => one[0]!.toUpperCase() + one.slice(1)).join('')
  let id = name
  for (let i = 2; taken.has(id); i++) id = `${name}${i}`
  taken.add(id)
  return id
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

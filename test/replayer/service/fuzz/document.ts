import type { Role } from '../../../../replayer/service/door/role.ts'
import { referred, type Schema } from '../../../support/json-schema.ts'

// The OpenAPI document, as far as requests are made from it and answers held against it.

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: Schema
}

export interface DocumentedAnswer {
  headers?: Readonly<Record<string, { schema: Schema; required?: boolean }>>
  content?: Readonly<Record<string, { schema: Schema }>>
}

export interface Operation {
  id: string
  method: string
  /** With `{name}` in it. */
  path: string
  parameters: readonly Parameter[]
  /** Of the JSON that it takes; undefined: no body. */
  body: Schema | undefined
  /** The role that it needs; undefined: none, and no credentials. */
  needed: Role | undefined
  /** By status. */
  answers: Readonly<Record<string, DocumentedAnswer>>
}

export interface ApiDocument {
  operations: readonly Operation[]
  /** Where a $ref begins. */
  root: unknown
}

interface Written {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  security?: Record<string, Role[]>[]
  responses: Record<string, DocumentedAnswer>
}

export function readDocument(root: unknown): ApiDocument {
  const { paths } = root as { paths: Record<string, Record<string, Written>> }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]): Operation => {
      const body = written.requestBody?.content['application/json'].schema
      return {
        ...{ id: written.operationId, method: method.toUpperCase(), path },
        parameters: written.parameters ?? [],
        body: body && (referred(body, root)[0] ?? body),
        needed: written.security?.[0]?.['token']?.[0],
        answers: written.responses,
      }
    }),
  )
  return { operations, root }
}

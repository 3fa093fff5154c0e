import type { Schema } from '../support/json-schema.ts'

// HAR 1.2 as its specification says it (http://www.softwareishard.com/blog/har-12-spec/). Members that it does
// not name are allowed with an underscore; those of ours are named here, so that others are faults.

const text: Schema = { type: 'string' }
const size: Schema = { type: 'integer', minimum: -1 }
const ms: Schema = { type: 'number', minimum: 0 }
const object = (
  properties: Record<string, Schema>,
  required = Object.keys(properties),
): Schema => ({
  ...{ type: 'object', properties, required },
})
const pairs: Schema = { type: 'array', items: object({ name: text, value: text }) }
const optional = (all: Record<string, Schema>, ...names: string[]) =>
  object(
    all,
    Object.keys(all).filter((name) => !names.includes(name)),
  )

const request = optional(
  {
    ...{ method: text, url: { type: 'string', pattern: '^https?://[^/]+/' }, httpVersion: text },
    ...{ cookies: pairs, headers: pairs, queryString: pairs, headersSize: size, bodySize: size },
    postData: optional(
      { mimeType: text, params: pairs, text, comment: text, _base64: text },
      ...['comment', '_base64'],
    ),
  },
  'postData',
)

const response = optional(
  {
    status: { type: 'integer', minimum: 0, maximum: 999 },
    ...{ statusText: text, httpVersion: text, cookies: pairs, headers: pairs, redirectURL: text },
    ...{ headersSize: size, bodySize: size, _error: text },
    content: optional(
      {
        size: { type: 'integer', minimum: 0 },
        mimeType: text,
        text,
        encoding: { enum: ['base64'] },
        comment: text,
      },
      ...['text', 'encoding', 'comment'],
    ),
  },
  '_error',
)

const entry = optional(
  {
    startedDateTime: { type: 'string', format: 'date-time' },
    ...{ time: ms, request, response, cache: object({}), comment: text },
    timings: object({ send: ms, wait: ms, receive: ms }),
    _reprise: { type: 'object', additionalProperties: true },
  },
  'comment',
)

export const HAR_SCHEMA: Schema = object({
  log: object({
    version: { type: 'string', enum: ['1.2'] },
    creator: object({ name: text, version: text }),
    entries: { type: 'array', items: entry },
  }),
})

import type { Entry } from '../../../journal/entry.ts'
import type { Alias, LeftAlone, Use } from '../../../replayer/aliases/alias.ts'
import { Aliases, type AliasesOptions } from '../../../replayer/aliases/aliases.ts'
import type { Answer } from '../../../replayer/answer.ts'
import type { Request } from '../../../replayer/request.ts'
import { fieldValue } from '../../../wire/fields.ts'

/** What a test says of an exchange. A body that is no text is JSON. */
export interface Said {
  id?: number
  method?: string
  target?: string
  fields?: string[]
  body?: unknown
  status?: number
  answerFields?: string[]
  answer?: unknown
  chunks?: number
  /** Default: behind all that went before. */
  arrivedAt?: number
  orderedAt?: number
}

export function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function withType(fields: string[], body: unknown): string[] {
  const isJson = body !== undefined && !Buffer.isBuffer(body) && typeof body !== 'string'
  const hasType = fieldValue(fields, 'content-type') !== undefined
  return isJson && !hasType ? [...fields, 'Content-Type', 'application/json'] : fields
}

export function entryOf(said: Said): Entry {
  const requestBody = bytesOf(said.body)
  const fields = withType(said.fields ?? [], said.body)
  const responseBody = bytesOf(said.answer)
  const id = said.id ?? 1
  return {
    id,
    arrivedAt: said.arrivedAt ?? 10 * id,
    orderedAt: said.orderedAt ?? 10 * id + 5,
    method: said.method ?? 'POST',
    target: said.target ?? '/items',
    httpVersion: '1.1',
    requestHeaders: [
      ...fields,
      ...(requestBody.length > 0 ? ['Content-Length', String(requestBody.length)] : []),
    ],
    requestTrailers: [],
    requestBody,
    requestChunks: 0,
    masked: [],
    maskedChunks: [],
    status: said.status ?? 200,
    responseHeaders: withType(said.answerFields ?? [], said.answer),
    responseTrailers: [],
    responseBody,
    responseCapture: 'complete',
    responseChunks: said.chunks ?? 0,
  } as unknown as Entry
}

export function requestOf(entry: Entry): Request {
  const { method, target, requestHeaders: fields, httpVersion, requestTrailers: trailers } = entry
  const body = entry.requestBody.length > 0 ? entry.requestBody : null
  return { method, target, fields, httpVersion, trailers, body }
}

export function answerOf({ status, answerFields, answer }: Said): Answer {
  const fields = withType(answerFields ?? [], answer)
  return { status: status ?? 200, reason: '', fields, body: bytesOf(answer), trailers: [] }
}

/** A replay of what a test says: first what was recorded, then what comes back now. */
export class Play {
  readonly aliases: Aliases
  #id = 0

  constructor(options: AliasesOptions = {}) {
    this.aliases = new Aliases(options)
  }

  /** Sends an exchange again and has it answered anew. */
  go(said: Said, now: Pick<Said, 'status' | 'answerFields' | 'answer'> = said): Played {
    const entry = entryOf({ id: ++this.#id, ...said })
    const { request, uses, leftAlone } = this.aliases.rewrite(entry, requestOf(entry))
    const learned = this.aliases.learn(entry, request, answerOf(now))
    return { request, uses, leftAlone, learned, body: textOf(request), entry }
  }
}

export interface Played {
  request: Request
  uses: Use[]
  leftAlone: LeftAlone[]
  learned: Alias[]
  body: string
  entry: Entry
}

function textOf({ body }: Request): string {
  return Buffer.isBuffer(body) ? body.toString() : ''
}

/** Two ids that say enough by themselves. */
export const OLD = '0b7e3a52-4f0c-4c1e-9d55-2f8a6b1c9e01'
export const NEW = 'c4d91f60-8a3b-47d2-b1e7-6035aa7d2f99'

/** A play in which OLD came back as NEW. */
export function renamed(options: AliasesOptions = {}): Play {
  const play = new Play(options)
  play.go({ answer: { id: OLD } }, { answer: { id: NEW } })
  return play
}

/** A play in which item 17 came back as 23. */
export function numbered(options: AliasesOptions = {}): Play {
  const play = new Play(options)
  play.go({ answer: { id: 17, name: 'a' } }, { answer: { id: 23, name: 'a' } })
  return play
}

import type { Entry, Micros, Verdict } from '../../../journal/entry.ts'
import { newCookies } from '../../../proxy/cookie-pairs.ts'
import { bearsValues } from '../../../proxy/bearing.ts'
import {
  eachValueAnswered,
  eachValueMadeByClient,
  eachValueSent,
} from '../../../proxy/exchange-values.ts'
import type { ValueKey } from '../../../proxy/opaque-values.ts'
import { isSafe } from '../../../proxy/policy.ts'
import { fieldValue } from '../../../wire/fields.ts'
import type { Answered, Asked } from './message.ts'

/** An exchange as the proxy saw it. */
export interface Exchange {
  arrivedAt: Micros
  answeredAt: Micros
  recorder: string
  asked: Asked
  answered: Answered
}

/**
 * What would be in the journal: what changed something, what failed, and of reads and refusals those that
 * set a cookie or alone produced what is used by something recorded later.
 */
export class Recorder {
  readonly #known = new Set<ValueKey>()
  /** Who was the first to produce a value, of those that are not recorded. */
  readonly #producers = new Map<ValueKey, Exchange>()
  readonly #recorded = new Set<Exchange>()
  readonly entries: Entry[] = []

  /** Exchanges in the order in which they were answered. */
  see(exchange: Exchange): void {
    const { asked, answered } = exchange
    const { status, fields } = answered
    if (isSafe(asked.method) || (status >= 400 && status < 500)) {
      if (newCookies(asked.fields, fields).length > 0) this.#record(exchange, 'context')
      else if (bearsValues(fields)) this.#remember(exchange)
    } else this.#record(exchange, status < 400 ? 'applied' : 'failed')
  }

  /** In the order of the stream. */
  stream(): Entry[] {
    return this.entries.toSorted((a, b) => a.orderedAt - b.orderedAt || a.id - b.id)
  }

  #remember(exchange: Exchange): void {
    const sent = new Set<ValueKey>()
    eachValueSent(requestOf(exchange), (key) => sent.add(key))
    eachValueAnswered(answerOf(exchange), (key) => {
      if (!sent.has(key) && !this.#producers.has(key)) this.#producers.set(key, exchange)
    })
  }

  #record(exchange: Exchange, verdict: Verdict): void {
    if (this.#recorded.has(exchange)) return
    this.#recorded.add(exchange)
    const before = new Set<Exchange>()
    eachValueSent(requestOf(exchange), (key) => {
      const producer = this.#producers.get(key)
      if (producer === undefined || this.#known.has(key)) return
      if (producer.answeredAt <= exchange.arrivedAt) before.add(producer)
    })
    for (const producer of [...before].sort((a, b) => a.answeredAt - b.answeredAt)) {
      this.#record(producer, 'context')
    }
    this.entries.push(entryOf(exchange, verdict, this.entries.length + 1))
    const add = (key: ValueKey) => this.#known.add(key)
    eachValueMadeByClient(requestOf(exchange), add)
    eachValueAnswered(answerOf(exchange), add)
  }
}

function requestOf({ asked: { target, fields, body } }: Exchange) {
  return { target, fields, body: Buffer.from(body) }
}

function answerOf({ asked: { target }, answered: { fields, body } }: Exchange) {
  return { target, fields, body: Buffer.from(body) }
}

function entryOf(exchange: Exchange, verdict: Verdict, id: number): Entry {
  const { asked, answered, arrivedAt, answeredAt, recorder } = exchange
  const requestBody = Buffer.from(asked.body)
  const responseBody = Buffer.from(answered.body)
  return {
    ...{ stream: 'model', id, recorder, number: id, verdict, cause: null, delivery: null },
    ...{ settled: null, settledAt: null, settledBy: null, label: null },
    ...{ arrivedAt, answeredAt, orderedAt: answeredAt },
    sender: { address: null, agent: null, user: null },
    ...{ method: asked.method, target: asked.target, httpVersion: '1.1' },
    contentType: fieldValue(asked.fields, 'content-type') ?? null,
    ...{
      requestHeaders: asked.fields,
      requestTrailers: [],
      withheld: [],
      masked: [],
      maskedChunks: [],
      clientForm: null,
    },
    ...{ requestLength: requestBody.length, requestCapture: 'complete', requestDigest: null },
    ...{ requestChunks: 0, requestBody, status: answered.status, reason: '' },
    ...{ responseHeaders: answered.fields, responseTrailers: [] },
    ...{ responseLength: responseBody.length, responseCapture: 'complete', responseDigest: null },
    ...{ responseChunks: 0, responseBody },
  }
}

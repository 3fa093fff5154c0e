import { randomUUID } from 'node:crypto'
import type { Journal } from '../../../journal/contract.ts'
import { Chance } from '../../loop/chance.ts'
import { record, type Said } from '../recording.ts'

const JSON_TYPE = ['Content-Type', 'application/json']

/** What the backend of startThings answers where ids begin with 1. */
export function made(id: number, values: object): Said {
  return said('POST', '/things', values, 201, { id, ...values }, ['Location', `/things/${id}`])
}

export function put(id: number, values: object): Said {
  return said('PUT', `/things/${id}`, values, 200, { id, ...values })
}

export function removed(id: number): Said {
  return said('DELETE', `/things/${id}`, undefined, 204, undefined)
}

function said(
  method: string,
  target: string,
  body: object | undefined,
  status: number,
  answer: object | undefined,
  fields: string[] = [],
): Said {
  const text = body === undefined ? '' : JSON.stringify(body)
  return {
    ...{ method, target, status, body: text },
    fields: ['Host', 'b', ...(text ? [...JSON_TYPE, 'Content-Length', String(text.length)] : [])],
    answerFields: answer === undefined ? [] : [...JSON_TYPE, ...fields],
    answerBody: answer === undefined ? '' : JSON.stringify(answer),
  }
}

/** A stream of so many mutations of so many things: each is made, and changed again and again. */
export async function recordedThings(
  journal: Journal,
  mutations: number,
  things: number,
): Promise<string> {
  const stream = randomUUID()
  const chance = new Chance(17)
  const all = Array.from({ length: mutations }, (_, i) => {
    const values = { name: `thing ${i}`, level: chance.below(100) }
    return i < things ? made(i + 1, values) : put(1 + chance.below(things), values)
  })
  for (let i = 0; i < all.length; i += 5_000) {
    const part = all.slice(i, i + 5_000).map((one, n) => ({ ...one, arrived: (i + n) / 100 }))
    await record(journal, stream, part)
  }
  return stream
}

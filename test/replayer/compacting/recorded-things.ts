import { randomUUID } from 'node:crypto'
import type { Journal } from '../../../journal/contract.ts'
import { Chance } from '../../loop/chance.ts'
import { recordMany, type Said } from '../recording.ts'

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

/** How many things are changed at a time. */
const TOGETHER = 10

/**
 * A stream of so many mutations of so many things: each is made, one after the other, and then they are
 * changed again and again, ten at a time, each by requests that do not overlap.
 */
export async function recordedThings(
  journal: Journal,
  mutations: number,
  things: number,
): Promise<string> {
  const stream = randomUUID()
  const chance = new Chance(17)
  let latest: number[] = []
  const changed = (): number => {
    const id = 1 + chance.below(things)
    if (latest.includes(id)) return changed()
    latest.push(id)
    return id
  }
  const all = Array.from({ length: mutations }, (_, i) => {
    const values = { name: `thing ${i}`, level: chance.below(100) }
    if (i < things) return { ...made(i + 1, values), arrived: i / 100 }
    const turn = Math.floor(i / TOGETHER)
    if (i % TOGETHER === 0) latest = []
    return { ...put(changed(), values), arrived: (turn * TOGETHER) / 100 }
  })
  await recordMany(journal, stream, all)
  return stream
}

import type { SealedRecord } from '../contract.ts'
import { RECORDER_LOST } from '../entry.ts'
import type { Micros, NewEntry, NewIntent, NewRecord } from '../entry.ts'
import type { Secrets } from '../secrets.ts'
import { entryWriter, type WriteEntry } from './entry-json.ts'
import { maskEntry, sealedChunk } from './mask-entry.ts'

/** Makes of a record JSON and bytes, with secrets sealed: as it is stored, here or in a spool. */
export function createSealer(secrets: Secrets): (record: NewRecord) => SealedRecord {
  const entryJson = entryWriter(secrets)
  return (record) => sealed(record, entryJson, secrets)
}

function sealed(record: NewRecord, entryJson: WriteEntry, secrets: Secrets): SealedRecord {
  switch (record.kind) {
    case 'entry': {
      const { entry, sealed } = maskEntry(record.entry, secrets)
      const { number, verdict, request, response } = entry
      const json = entryJson(entry, sealed)
      const bytes =
        response === null ? [request.body.bytes] : [request.body.bytes, response.body.bytes]
      const ends = record.had === 'intent' ? [number] : NOTHING
      return { kind: 'entry', number, verdict, json, bytes, ends }
    }
    case 'intent': {
      const { entry, sealed } = maskEntry(lostEntry(record.intent), secrets)
      const { number, request } = entry
      const json = entryJson(entry, sealed)
      return {
        kind: 'intent',
        number,
        verdict: null,
        json,
        bytes: [request.body.bytes],
        ends: NOTHING,
      }
    }
    case 'chunk': {
      const { number, arrivedAt, side, position, bytes } = record.chunk
      const parts = sealedChunk(record.chunk, secrets)
      const sealed = parts.length === 0 ? undefined : parts
      const json = JSON.stringify({ arrived: arrivedAt, side, position, sealed })
      return { kind: 'chunk', number, verdict: null, json, bytes: [bytes], ends: NOTHING }
    }
    case 'unrecorded': {
      const { reason, numbers, begun } = record.unrecorded
      const json = JSON.stringify({ reason, numbers: multirange(numbers), begun })
      const number = numbers[0]!
      return { kind: 'unrecorded', number, verdict: null, json, bytes: [], ends: begun }
    }
  }
}

const NOTHING: readonly number[] = []

/** When the mutation of an entry, an intent or a piece arrived. */
export function arrivalOf({ json }: SealedRecord): Micros | undefined {
  return (JSON.parse(json) as { arrived?: Micros }).arrived
}

/** The numbers of an `unrecorded`, as PostgreSQL writes ranges of them. */
export function numbersOf({ json }: SealedRecord): string {
  return (JSON.parse(json) as { numbers: string }).numbers
}

/** What an intent becomes when its recorder dies before it knows more. */
function lostEntry({ number, arrivedAt, sender, request }: NewIntent): NewEntry {
  return {
    number,
    verdict: 'in_doubt',
    cause: RECORDER_LOST,
    delivery: 'unknown',
    arrivedAt,
    answeredAt: null,
    sender,
    request,
    response: null,
  }
}

/** Numbers in ascending order as PostgreSQL writes ranges of them: `{[1,4),[7,8)}`. */
function multirange(numbers: readonly number[]): string {
  const ranges: string[] = []
  let from = numbers[0]!
  for (const [i, number] of numbers.entries()) {
    if (numbers[i + 1] === number + 1) continue
    ranges.push(`[${from},${number + 1})`)
    from = numbers[i + 1] ?? 0
  }
  return `{${ranges.join(',')}}`
}

import type { EntrySummary } from '../../journal/entry.ts'
import { isoTime } from '../show.ts'
import { clip } from '../table.ts'
import type { Step } from './step.ts'
import { filled } from './template.ts'

// What is told of a recipe in comments: nothing that could end one, and no secret.

/** `POST /things/t1/reports was answered 500: {"error":"..."}` */
export function failureWords(entry: EntrySummary & { responseBody?: Buffer | null }): string {
  const { method, target, status, reason } = entry
  const path = target.replace(/\?.*/s, '')
  const how = status === null ? 'was not answered' : `was answered ${status} ${reason ?? ''}`.trim()
  return ascii(`${method} ${path} ${how}${bodyWords(entry.responseBody)}`)
}

/** `Entry 7 of stream shop, recorded at 2026-01-15 12:00:00.000Z` */
export function originWords({ id, stream, arrivedAt }: EntrySummary): string {
  return ascii(`Entry ${id} of stream ${stream}, recorded at ${isoTime(arrivedAt)}`)
}

/** Null: no answer, or none to its end. */
export function recordedStatus({ status, cause }: EntrySummary): number | null {
  return cause === null ? status : null
}

/** `POST /things/$VALUE_1/reports, recorded 201` */
export function requestWords({
  entry,
  method,
  target,
}: Pick<Step, 'method' | 'target'> & { entry: Pick<EntrySummary, 'status'> }): string {
  const recorded = entry.status === null ? 'recorded no answer' : `recorded ${entry.status}`
  return ascii(clip(`${method} ${filled(target, ({ name }) => `$${name}`)}, ${recorded}`, 300))
}

function bodyWords(body: Buffer | null | undefined): string {
  const text = body?.subarray(0, 2_000).toString('utf8') ?? ''
  const isText = text !== '' && !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text)
  return isText ? `: ${clip(text, 300)}` : ''
}

function ascii(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, '.')
}

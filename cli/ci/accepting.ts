import { hash } from 'node:crypto'
import type { Journal } from '../../journal/contract.ts'
import type { FiledEntry, FiledField, FileItem } from '../../journal/files/filed.ts'
import { isInPieces } from '../../journal/files/filed.ts'
import { writeFileOf } from '../../journal/files/opening.ts'
import { repriseFormat } from '../../journal/files/reprise/format.ts'
import type { FiledSecrets } from '../../journal/files/store.ts'
import { unmasked } from '../../journal/masking/masked.ts'
import { filedFields, filedPiece } from '../../journal/postgres/filed-entry.ts'
import { storedFields } from '../../journal/postgres/headers.ts'
import type { Secrets } from '../../journal/secrets.ts'
import { acceptedAnswer, wordsOf, type KeptAnswer, type OldOf } from '../../replayer/ci/accepted.ts'
import { foundOf } from '../../replayer/run-report.ts'
import type { FinishedAttempt } from '../../replayer/run.ts'
import type { JournalFile } from '../file-settings.ts'

// The answers of a build take the place of the recorded ones in the journal file; all else of it stays as it is.

/** What differs, by `keyOf` of its entry. */
export type Differing = Map<string, FinishedAttempt>

export function keyOf(entry: { recorder: string; number: number; arrivedAt: number }): string {
  return `${entry.recorder} ${entry.number} ${entry.arrivedAt}`
}

export interface Accepting {
  file: JournalFile
  /** Where it is written anew. */
  path: string
  /** Of the file; null: its secrets are left out. */
  key: Buffer | null
  differing: Differing
  run: { stream: string; id: number }
  journal: Pick<Journal, 'aliases'>
  secrets: Secrets
}

export interface Accepted {
  accepted: number
  /** Lines of entries whose answer is not known whole. */
  left: readonly number[]
}

export async function acceptAnswers(accepting: Accepting): Promise<Accepted> {
  const { file, path, key } = accepting
  const done: Accepted & { left: number[] } = { accepted: 0, left: [] }
  const items = (async function* (): AsyncGenerator<FileItem> {
    for await (const item of file.read()) yield await renewed(item, accepting, done)
  })()
  await writeFileOf(repriseFormat.write!(items, { key }), path)
  return done
}

async function renewed(
  item: FileItem,
  accepting: Accepting,
  done: { accepted: number; left: number[] },
): Promise<FileItem> {
  if (item.kind !== 'entry') return item
  const { entry } = item
  const attempt = accepting.differing.get(keyOf({ ...entry, recorder: entry.recorder.id }))
  if (attempt === undefined) return item
  const response = await renewedResponse(entry, attempt, accepting)
  if (response === null) done.left.push(item.line)
  else done.accepted++
  return response === null ? item : { ...item, entry: { ...entry, response } }
}

async function renewedResponse(
  { response }: FiledEntry,
  { result }: FinishedAttempt,
  { journal, run, secrets, key }: Accepting,
): Promise<FiledEntry['response']> {
  const { answer } = result
  const found = foundOf(result.differences)
  if (response === null || answer === null || found === null) return null
  const { kept } = response.body
  if (isInPieces(kept)) return null
  const recorded: KeptAnswer = {
    ...{ status: response.status, reason: response.reason },
    fields: response.fields.flatMap(([name, value]) => [name, plainOf(value)]),
    body: unmasked(kept.bytes, kept.secrets),
  }
  const oldOf = await oldValues(journal, run, wordsOf(answer))
  const accepted = acceptedAnswer(recorded, answer, found, oldOf)
  if (accepted === null) return null
  const how: FiledSecrets = key === null ? 'left_out' : 'opened'
  const { status, reason, fields, body } = accepted
  const piece = filedPiece(body, [], fields, secrets, how)
  const digest = body.length === 0 ? null : hash('sha256', piece.bytes)
  return {
    ...{ status, reason },
    fields: filedFields(storedFields(fields, secrets), secrets, how),
    body: {
      ...{ kept: piece, length: body.length, capture: 'complete', digest },
      trailers: response.body.trailers,
    },
  }
}

function plainOf(value: FiledField[1]): string {
  return typeof value === 'string' ? value : (value.secret ?? '')
}

/** What the run learned of them. */
async function oldValues(
  journal: Pick<Journal, 'aliases'>,
  run: { stream: string; id: number },
  words: readonly string[],
): Promise<OldOf> {
  if (words.length === 0) return () => undefined
  const aliases = await journal.aliases(run, { new: words })
  const known = new Map(aliases.map((alias) => [alias.new, alias.old]))
  return (value) => known.get(value) ?? undefined
}

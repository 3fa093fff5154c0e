import { hash } from 'node:crypto'
import {
  isInPieces,
  type FiledBody,
  type FiledEntry,
  type FiledField,
} from '../../journal/files/filed.ts'
import { unmasked } from '../../journal/masking/masked.ts'
import type { Micros } from '../../journal/entry.ts'
import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { compareMessages } from '../compare/comparison.ts'
import type { Difference, Found } from '../compare/difference.ts'
import type { Message } from '../compare/message.ts'
import type { CompareRules } from '../compare/rules.ts'
import { shapeOf, type Listed } from './pairing.ts'

export interface EntryDifferences {
  differences: readonly Difference[]
  /** Differences beyond those. */
  unlisted: number
  uncompared: readonly string[]
}

/** What of an entry of a file pairs it with another one. */
export function listed(entry: FiledEntry, line: number): Listed {
  const { method, target } = entry.request
  return {
    ...{ line, name: `${method} ${target}`, shape: shapeOf(method, target) },
    identity: `${entry.recorder.id} ${entry.number} ${entry.arrivedAt}`,
    digest: hash('sha256', JSON.stringify(comparable(entry))),
  }
}

/** Moments, clients and recorders are those of a recording, and no difference of two. */
function comparable({ verdict, label, request, response }: FiledEntry): unknown {
  const body = (of: FiledBody) => [
    of.digest ?? (isInPieces(of.kept) ? null : hash('sha256', of.kept.bytes)),
    ...[of.length, of.capture, of.trailers],
    isInPieces(of.kept)
      ? []
      : of.kept.secrets.map(({ value }) => value && value.toString('base64')),
  ]
  return [
    ...[verdict, label, request.method, request.target, request.fields, body(request.body)],
    response && [response.status, response.fields, body(response.body)],
  ]
}

/** Where two entries of files differ, by the rules by which a replay compares answers. */
export function compareEntries(
  a: FiledEntry,
  b: FiledEntry,
  rules: CompareRules,
): EntryDifferences {
  const plain = [
    differing('verdict', a.verdict, b.verdict),
    differing('label', a.label, b.label),
    differing('method', a.request.method, b.request.method),
    differing('target', a.request.target, b.request.target),
    differing('status', statusOf(a), statusOf(b)),
  ].flat()
  const requests = compared(a, b, 'request', rules)
  const answers =
    a.response === null || b.response === null || a.response.status !== b.response.status
      ? NONE
      : compared(a, b, 'response', rules)
  return {
    differences: [
      ...plain,
      ...requests.differences.map((one) => ({ ...one, where: `request ${one.where}` })),
      ...answers.differences,
    ],
    unlisted: requests.unlisted + answers.unlisted,
    uncompared: [...requests.uncompared.map((what) => `request ${what}`), ...answers.uncompared],
  }
}

const NONE: Found = { differences: [], unlisted: 0, explained: {}, uncompared: [] }

function differing(where: string, a: string | null, b: string | null): Difference[] {
  return a === b ? [] : [{ where, recorded: a, came: b }]
}

function statusOf({ response }: FiledEntry): string | null {
  return response && String(response.status)
}

function compared(
  a: FiledEntry,
  b: FiledEntry,
  side: 'request' | 'response',
  rules: CompareRules,
): Found {
  const asked = {
    ...{ method: side === 'request' ? 'POST' : a.request.method, target: a.request.target },
  }
  return compareMessages(asked, messageOf(a, side), messageOf(b, side), rules, () => null)
}

function messageOf(entry: FiledEntry, side: 'request' | 'response'): Message {
  const { fields, body } = entry[side]!
  const raw = rawFields(fields)
  const { kept, length, digest, capture } = body
  const isCut = capture !== 'complete'
  const hasSecrets = isInPieces(kept) ? kept.secrets !== 'none' : kept.secrets.length > 0
  return {
    fields: raw,
    body: isInPieces(kept) ? Buffer.alloc(0) : unmasked(kept.bytes, kept.secrets),
    length,
    digest: isCut || hasSecrets ? null : digest,
    partly: isCut
      ? `it was recorded ${capture}`
      : isInPieces(kept)
        ? 'it is too large to be looked into'
        : null,
    at: momentOf(entry),
    host: fieldValue(rawFields(entry.request.fields), 'host') ?? null,
  }
}

function momentOf({ answeredAt, arrivedAt }: FiledEntry): Micros {
  return answeredAt ?? arrivedAt
}

function rawFields(fields: readonly FiledField[]): RawFields {
  return fields.flatMap(([name, value]) => {
    const plain = typeof value === 'string' ? value : value.secret
    return plain === null ? [] : [name, plain]
  })
}

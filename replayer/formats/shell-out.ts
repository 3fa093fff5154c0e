import { copyAs, type CopyForm } from '../copies.ts'
import { wholeEntryView } from '../service/views.ts'
import { requestWords } from '../reproduce/recipe-words.ts'
import { isoTime } from '../show.ts'
import { printable } from '../table.ts'
import type { Exported, Exporting, Write } from './exported.ts'
import { bodyCommand } from './request-step.ts'
import { textOf } from './text.ts'

/** A script of commands, one an entry, each as `reprise entries ID --as` shows it. */
export function writeShell(form: Extract<CopyForm, 'curl' | 'httpie'>): Write {
  return async function* (entries, how) {
    yield [
      '#!/usr/bin/env bash',
      `# What was recorded of stream ${printable(how.stream)}, in its order.`,
      '# Secrets are not in it: put them where NOT_SHOWN stands, or *.',
      '',
    ].join('\n')
    for await (const exported of entries) yield commandOf(form, exported, how)
  }
}

function commandOf(form: CopyForm, exported: Exported, how: Exporting): string {
  const { entry, request } = exported
  const { isSecret } = how.secrets
  const whole = wholeEntryView(entry, isSecret)
  const isCut = entry.requestCapture !== 'complete'
  const isLeft = request.left !== null
  if (isCut) how.tell('incomplete', entry.id)
  if (isLeft) how.tell(request.left!, entry.id)
  if (entry.requestTrailers.length > 0) how.tell('trailers', entry.id)
  const hasSecret =
    entry.masked.length > 0 ||
    entry.withheld.length > 0 ||
    whole.request_headers.some(([, value]) => value === null)
  if (hasSecret) how.tell('secret', entry.id)
  const text = textOf(request.bytes)
  const isBinary = !isLeft && entry.requestLength > 0 && (text === null || text.includes('\0'))
  const body = isLeft || text === null ? null : { encoding: 'utf8' as const, data: text }
  const remarks = [
    ...(isCut
      ? [`# TODO: it was recorded ${entry.requestCapture}, so its body is not whole.`]
      : []),
    ...(isLeft ? [`# TODO: its body is not here: ${bodyCommand(exported, fileOf(entry))}`] : []),
  ]
  return [
    '',
    `# Entry ${entry.id}: ${words(exported)}`,
    ...remarks,
    ...(isBinary ? bytesOf(exported) : []),
    copyAs(form, { ...whole, target: targetOf(entry, how), request_body: isBinary ? null : body }),
    '',
  ].join('\n')
}

function words({ entry }: Exported): string {
  const { method, target } = entry
  const step = { entry, method, target: [target] }
  return `${requestWords(step)} at ${isoTime(entry.arrivedAt)}`
}

/** A file that the command reads. */
function bytesOf({ entry, request }: Exported): string[] {
  const lines = request.bytes.toString('base64').match(/.{1,76}/g) ?? []
  return [`base64 -d >${fileOf(entry)} <<'BASE64'`, ...lines, 'BASE64']
}

/** As it was recorded, or at the backend that somebody named. */
function targetOf({ target }: Exported['entry'], { baseUrl, baseUrlIs }: Exporting): string {
  return baseUrlIs === 'asked' && target.startsWith('/') ? baseUrl + target : target
}

/** As copies name it. */
function fileOf({ id }: Exported['entry']): string {
  return `entry-${id}-request`
}

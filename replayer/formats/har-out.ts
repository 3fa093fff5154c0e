import type { EntrySummary } from '../../journal/entry.ts'
import { withoutCodings } from '../../wire/content-coding.ts'
import { fieldPairs, fieldValue, type RawFields } from '../../wire/fields.ts'
import { isoMicros } from '../service/views.ts'
import {
  MOST_BODY,
  type Exported,
  type ExportedBody,
  type Exporting,
  type Write,
} from './exported.ts'
import type {
  HarContent,
  HarEntry,
  HarField,
  HarPostData,
  HarRequest,
  HarResponse,
} from './har-model.ts'
import { textOf } from './text.ts'

// Secret fields are left out, and named in a comment: whoever reads a HAR would take a mark for a value.

/** An entry a line, so that two files can be compared by line. */
export const writeHar: Write = async function* (entries, how) {
  const creator = JSON.stringify({ name: 'reprise', version: how.version })
  yield `{"log":{"version":"1.2","creator":${creator},"entries":[`
  let before = '\n'
  for await (const exported of entries) {
    yield `${before}${JSON.stringify(harEntry(exported, how))}`
    before = ',\n'
  }
  yield '\n]}}\n'
}

function harEntry(exported: Exported, how: Exporting): HarEntry {
  const { entry } = exported
  const wait = entry.answeredAt === null ? 0 : (entry.answeredAt - entry.arrivedAt) / 1000
  const fields = shown(entry.requestHeaders, how)
  const answered = shown(entry.responseHeaders ?? [], how)
  const withheld = [...new Set([...entry.withheld, ...fields.hidden, ...answered.hidden])]
  const masked = entry.masked.length + entry.maskedChunks.length
  if (withheld.length + masked > 0) how.tell('secret', entry.id)
  const comment = commentOf(exported, withheld)
  return {
    startedDateTime: isoMicros(entry.arrivedAt),
    time: wait,
    request: requestOf(exported, fields.list, how),
    response: responseOf(exported, answered.list),
    cache: {},
    timings: { send: 0, wait, receive: 0 },
    ...(comment !== '' && { comment }),
    _reprise: {
      ...{ id: entry.id, verdict: entry.verdict, label: entry.label },
      client_address: entry.sender.address,
      ...(!entry.target.startsWith('/') && { target: entry.target }),
      withheld,
      request_capture: entry.requestCapture,
      response_capture: entry.responseCapture,
      request_trailers: shown(entry.requestTrailers, how).list,
      response_trailers: shown(entry.responseTrailers ?? [], how).list,
    },
  }
}

function requestOf(
  { entry, request }: Exported,
  headers: readonly HarField[],
  how: Exporting,
): HarRequest {
  if (entry.requestCapture !== 'complete') how.tell('incomplete', entry.id)
  const postData = entry.requestLength === 0 ? null : postDataOf(entry, request, how)
  return {
    method: entry.method,
    url: urlOf(entry, how.baseUrl),
    httpVersion: `HTTP/${entry.httpVersion}`,
    cookies: [],
    headers,
    queryString: queryOf(entry.target),
    ...(postData && { postData }),
    headersSize: -1,
    bodySize: entry.requestLength,
  }
}

function postDataOf(entry: EntrySummary, body: ExportedBody, how: Exporting): HarPostData {
  const mimeType = entry.contentType ?? ''
  if (body.left !== null) {
    how.tell(body.left, entry.id)
    return { mimeType, params: [], text: '', comment: LEFT[body.left] }
  }
  const text = textOf(body.bytes)
  if (text !== null) return { mimeType, params: [], text }
  how.tell('binary', entry.id)
  const comment = 'The body is no text: its bytes are in _base64.'
  return { mimeType, params: [], text: '', comment, _base64: body.bytes.toString('base64') }
}

function responseOf({ entry, response }: Exported, headers: readonly HarField[]): HarResponse {
  const { status, reason, responseHeaders } = entry
  const sizes = { headersSize: -1, bodySize: entry.responseLength ?? -1 }
  if (status === null || responseHeaders === null || response === null) {
    const none = { status: 0, statusText: '', httpVersion: '', cookies: [], headers: [] }
    const content = { size: 0, mimeType: 'x-unknown' }
    return { ...none, content, redirectURL: '', ...sizes, _error: entry.cause ?? 'no answer' }
  }
  return {
    status,
    statusText: reason ?? '',
    httpVersion: `HTTP/${entry.httpVersion}`,
    cookies: [],
    headers,
    content: contentOf(responseHeaders, response),
    // In a value that is masked there may be a secret.
    redirectURL: headers.find(({ name }) => name.toLowerCase() === 'location')?.value ?? '',
    ...sizes,
  }
}

/** With content codings undone, as browsers write it. */
function contentOf(fields: RawFields, { bytes, left }: ExportedBody): HarContent {
  const mimeType = fieldValue(fields, 'content-type') ?? 'x-unknown'
  if (left !== null) return { size: 0, mimeType, comment: LEFT[left] }
  const decoded = withoutCodings(fields, bytes, { most: 4 * MOST_BODY, cut: 'refused' })
  const kept = decoded ?? bytes
  const comment = 'As it was on the wire: its content coding cannot be undone.'
  const text = textOf(kept)
  return {
    ...{ size: kept.length, mimeType },
    ...(text === null ? { text: kept.toString('base64'), encoding: 'base64' as const } : { text }),
    ...(decoded === null && { comment }),
  }
}

const LEFT = {
  too_long: 'The body is too long to stand here.',
  damaged: 'The body is not what its digest says.',
} as const

function commentOf({ entry }: Exported, withheld: readonly string[]): string {
  const isMasked = entry.masked.length + entry.maskedChunks.length > 0
  return [
    ...(withheld.length > 0 ? [`Left out, as they are secrets: ${withheld.join(', ')}.`] : []),
    ...(isMasked ? ['Secrets in the URL or in bodies stand there as *.'] : []),
    ...(entry.requestCapture === 'complete' ? [] : [`The request is ${entry.requestCapture}.`]),
  ].join(' ')
}

function shown(fields: RawFields, { secrets }: Exporting): { list: HarField[]; hidden: string[] } {
  const list: HarField[] = []
  const hidden: string[] = []
  for (const [name, value] of fieldPairs(fields)) {
    if (secrets.isSecret(name, value)) hidden.push(name)
    else list.push({ name, value })
  }
  return { list, hidden }
}

/** As its client asked for it. */
function urlOf({ target, requestHeaders }: EntrySummary, baseUrl: string): string {
  if (/^https?:\/\//i.test(target)) return target
  const { protocol, host } = new URL(baseUrl)
  const asked = fieldValue(requestHeaders, 'host') ?? host
  return `${protocol}//${asked}${target.startsWith('/') ? target : '/'}`
}

function queryOf(target: string): HarField[] {
  const query = target.indexOf('?')
  if (query === -1) return []
  return target
    .slice(query + 1)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=')
      return { name: unescaped(name), value: unescaped(value.join('=')) }
    })
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

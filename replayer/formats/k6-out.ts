import { pathOf } from '../../journal/entry.ts'
import { filled, isVaried, type Template } from '../reproduce/template.ts'
import { recordedStatus, requestWords } from '../reproduce/recipe-words.ts'
import type { Step } from '../reproduce/step.ts'
import { printable } from '../table.ts'
import type { Exporting, Write } from './exported.ts'
import { bodyCommand, bodyFile, requestStep } from './request-step.ts'
import { fromLatin1, textOf } from './text.ts'

/** A module for k6 that sends all of it once, in its order. ASCII. */
export const writeK6: Write = async function* (entries, how) {
  yield head(how)
  for await (const exported of entries) {
    const { step } = requestStep(exported, how)
    yield stepText(step, how)
  }
  yield END
}

function head({ stream, baseUrl }: Exporting): string {
  return `\
// What was recorded of stream ${ascii(printable(stream))}, in its order. Run it with: k6 run FILE
// Secrets come from the environment (k6 run -e NAME=value); BASE_URL says where it is sent.
import { check } from 'k6'
import encoding from 'k6/encoding'
import http from 'k6/http'

const BASE_URL = (__ENV.BASE_URL || ${code(baseUrl)}).replace(/\\/$/, '')

export const options = { iterations: 1, vus: 1 }

function secret(name) {
  const value = __ENV[name]
  if (value === undefined) throw new Error(\`\${name} is missing: k6 run -e \${name}=...\`)
  return value
}

/** \`expected\` is the recorded status; null: there was none. */
function send(name, method, target, headers, body, expected) {
  const params = { headers, redirects: 0, tags: { name } }
  if (expected !== null) params.responseCallback = http.expectedStatuses(expected)
  const answer = http.request(method, BASE_URL + target, body, params)
  if (expected !== null) check(answer, { 'answered as recorded': ({ status }) => status === expected })
  return answer
}

/** What is sent, one after the other. */
const requests = []

`
}

const END = `
export default function () {
  for (const request of requests) send(...request)
}
`

function stepText(step: Step, how: Exporting): string {
  const { entry, method, target, remarks } = step
  const words = [`${method} ${pathOf(entry.target)}`, method].map(code)
  const args = [...words, expression(target), headers(step, how), bodyOf(step)]
  return [
    `// Entry ${entry.id}: ${requestWords(step)}`,
    ...remarks.map((remark) => `// TODO: ${ascii(printable(remark))}`),
    ...(step.body === 'missing' ? [`// TODO: ${bodyCommand(step, bodyFile(step))}`] : []),
    `requests.push([${args.join(', ')}, ${recordedStatus(entry) ?? 'null'}])`,
    '',
  ].join('\n')
}

function headers({ entry, fields }: Step, how: Exporting): string {
  const byName = new Map<string, { name: string; value: Template }>()
  for (const { name, value } of fields) {
    const known = byName.get(name.toLowerCase())
    if (known !== undefined) how.tell('fields', entry.id)
    const both = known === undefined ? value : [...known.value, ', ', ...value]
    byName.set(name.toLowerCase(), { name: known?.name ?? name, value: both })
  }
  const members = [...byName.values()].map(
    ({ name, value }) => `${code(name)}: ${expression(value)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function bodyOf(step: Step): string {
  const { body } = step
  if (body === null) return 'null'
  if (body === 'missing') return `open(${code(`./${bodyFile(step)}`)}, 'b')`
  const bytes = Buffer.from(
    filled(body, () => ''),
    'latin1',
  )
  if (textOf(bytes) !== null || isVaried(body)) return expression(body)
  return `encoding.b64decode('${bytes.toString('base64')}')`
}

function expression(template: Template): string {
  const parts = template.map((part) =>
    typeof part === 'string' ? code(fromLatin1(part)) : `secret('${part.name}')`,
  )
  return parts.length === 0 ? "''" : parts.join(' + ')
}

/** As JavaScript reads it, whatever its encoding. */
function code(value: string): string {
  return ascii(JSON.stringify(value))
}

function ascii(text: string): string {
  return text.replaceAll(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

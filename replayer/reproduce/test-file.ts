import { printable } from '../table.ts'
import { failureWords, originWords, recordedStatus, requestWords } from './recipe-words.ts'
import type { Recipe, Step } from './step.ts'
import { filled, isVaried, type Template } from './template.ts'

/** A module for `node --test` that fails as long as the failure happens; it needs nothing else. ASCII. */
export function testFile({ steps, secrets }: Recipe): string {
  const failure = steps.at(-1)!
  const { entry } = failure
  const given = [
    { variable: 'BASE_URL', what: 'the URL of a fresh backend, such as http://127.0.0.1:3000' },
    ...secrets,
  ]
  const name = `${entry.method} ${entry.target.replace(/\?.*/s, '')} does not fail any more`
  return [
    `// ${failureWords(entry)}`,
    `// ${originWords(entry)}.`,
    '// The backend at BASE_URL must be as it was before these requests. Run it with: node --test',
    "import assert from 'node:assert/strict'",
    ...(steps.some(({ body }) => body === 'missing') ? [READING] : []),
    "import { request as requestHttp } from 'node:http'",
    "import { request as requestHttps } from 'node:https'",
    "import test from 'node:test'",
    '',
    `test(${text(name)}, { timeout: 600_000 }, async () => {`,
    ...given.map(
      ({ variable, what }) => `  const ${variable} = given('${variable}', ${text(what)})`,
    ),
    ...steps.map((step) => stepText(step, step === failure ? 'failure' : 'before')),
    '})',
    '',
    SENDING,
  ].join('\n')
}

function stepText(step: Step, role: 'before' | 'failure'): string {
  const { entry, method, target, fields, body, takes, remarks, expects } = step
  const answer = `answer${entry.id}`
  const list = fields.map(({ name, value }) => `      [${text(name)}, ${word(value)}],`)
  const file = `readFileSync('entry-${entry.id}.body')`
  const bytes = body === null ? 'null' : body === 'missing' ? file : bodyWord(body)
  return [
    '',
    `  // Entry ${entry.id}: ${requestWords(step)}`,
    ...remarks.map((remark) => `  // TODO: ${printable(remark)}`),
    `  const ${answer} = await send(BASE_URL, ${text(method)}, ${word(target)}, {`,
    list.length === 0 ? '    fields: [],' : ['    fields: [', ...list, '    ],'].join('\n'),
    `    body: ${bytes},`,
    '  })',
    ...(role === 'failure' ? expectation(step, answer) : []),
    ...(role === 'before' && expects === 'success' ? [succeeded(step, answer)] : []),
    ...takes.map(({ variable, at }) =>
      at.kind === 'location'
        ? `  const ${variable} = locationValue(${answer})`
        : `  const ${variable} = jsonValue(${answer}, ${text(at.path)})`,
    ),
  ].join('\n')
}

/** Without what came before there is nothing to fail, and nothing would be proved. */
function succeeded({ entry }: Step, answer: string): string {
  return `  assert.ok(${answer}.status < 400, \`entry ${entry.id} could not be restored: \${${answer}.status}\`)`
}

function expectation({ entry }: Step, answer: string): string[] {
  const status = recordedStatus(entry)
  const came = `\`answered \${${answer}.status}: \${${answer}.body}\``
  if (status === null || status >= 500) return [`  assert.ok(${answer}.status < 500, ${came})`]
  if (status >= 400) return [`  assert.notEqual(${answer}.status, ${status}, ${came})`]
  const wrong = text(entry.responseBody?.toString('latin1') ?? '')
  return [`  assert.notEqual(${answer}.body.toString('latin1'), ${wrong}, ${came})`]
}

function bodyWord(body: Template): string {
  const bytes = filled(body, () => '')
  const isText = !/[^\t\n\r\u0020-\u007e]/.test(bytes)
  if (isVaried(body) || isText) return `Buffer.from(${word(body)}, 'latin1')`
  return `Buffer.from('${Buffer.from(bytes, 'latin1').toString('base64')}', 'base64')`
}

function word(template: Template): string {
  const words = template.map((part) => (typeof part === 'string' ? text(part) : part.name))
  return words.length === 0 ? "''" : words.join(' + ')
}

/** As JavaScript reads it, whatever its encoding. */
function text(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const READING = "import { readFileSync } from 'node:fs'"

const SENDING = `\
import { env } from 'node:process'

function given(name, what) {
  const value = env[name]
  assert.ok(value, \`the environment variable \${name} must be set: \${what}\`)
  return value
}

/** Sends a request as it is said; resolves with { status, headers, body }. */
function send(base, method, target, { fields, body }) {
  const url = new URL(base)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const headers = ['Host', url.host, ...fields.flat()]
  if (body !== null) headers.push('Content-Length', String(body.length))
  else if (!/^(GET|HEAD|DELETE|OPTIONS)$/.test(method)) headers.push('Content-Length', '0')
  const path = url.pathname.replace(/\\/$/, '') + target
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, path, headers, agent: false, timeout: 120_000 })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      const pieces = []
      answer.on('data', (piece) => pieces.push(piece))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }),
      )
    })
    outgoing.end(body ?? undefined)
  })
}

/** The value at a path, such as ["thing","id"], of JSON that came back. */
function jsonValue({ body }, path) {
  return String(path.reduce((at, key) => at[key], JSON.parse(body.toString())))
}

/** The last segment of the Location that came back. */
function locationValue({ headers }) {
  return headers.location.replace(/[?#].*/, '').replace(/\\/+$/, '').split('/').at(-1)
}
`

import { fieldValue } from '../../wire/fields.ts'
import { filled, type Template } from '../reproduce/template.ts'
import { recordedStatus, requestWords } from '../reproduce/recipe-words.ts'
import type { Step } from '../reproduce/step.ts'
import type { Exporting, Write } from './exported.ts'
import { bodyCommand, bodyFile, requestStep } from './request-step.ts'
import { fromLatin1, textOf } from './text.ts'

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'

/** A collection of Postman, v2.1.0. An item a line. */
export const writePostman: Write = async function* (entries, how) {
  const info = {
    name: `${how.stream}, as recorded`,
    description: 'Secrets are not in it: they are variables of the collection, to be filled in.',
    schema: SCHEMA,
  }
  const secrets = new Map<string, string>()
  yield `{"info":${JSON.stringify(info)},"item":[`
  let before = '\n'
  for await (const exported of entries) {
    const made = requestStep(exported, how)
    for (const { variable, what } of made.secrets) secrets.set(variable, what)
    yield `${before}${JSON.stringify(itemOf(made.step, how))}`
    before = ',\n'
  }
  const variables = [
    { key: 'baseUrl', value: how.baseUrl },
    ...[...secrets].map(([key, description]) => ({ key, value: '', description })),
  ]
  yield `\n],"variable":${JSON.stringify(variables)}}\n`
}

function itemOf(step: Step, how: Exporting): object {
  const { entry, method, fields, remarks } = step
  const status = recordedStatus(entry)
  const body = bodyOf(step, how)
  return {
    name: `${entry.id}: ${requestWords(step)}`,
    ...(status !== null && { event: [expectation(status)] }),
    request: {
      method,
      header: fields.map(({ name, value }) => ({ key: name, value: text(value) })),
      url: urlOf(text(step.target)),
      ...(body && { body }),
      ...(remarks.length > 0 && { description: remarks.join('\n') }),
    },
    response: [],
    protocolProfileBehavior: { followRedirects: false, disableBodyPruning: true },
  }
}

function bodyOf(step: Step, how: Exporting): object | null {
  const { body, entry } = step
  if (body === null) return null
  const plain =
    body === 'missing'
      ? null
      : textOf(
          Buffer.from(
            filled(body, () => ''),
            'latin1',
          ),
        )
  if (body === 'missing' || plain === null) {
    if (body !== 'missing') how.tell('binary_file', entry.id)
    return {
      mode: 'file',
      file: { src: bodyFile(step) },
      description: bodyCommand(step, bodyFile(step)),
    }
  }
  const isJson = /\bjson\b/i.test(fieldValue(entry.requestHeaders, 'content-type') ?? '')
  const options = { raw: { language: isJson ? 'json' : 'text' } }
  return { mode: 'raw', raw: text(body), options }
}

function urlOf(target: string): object {
  const query = target.indexOf('?')
  const path = query === -1 ? target : target.slice(0, query)
  const parts = query === -1 ? [] : target.slice(query + 1).split('&')
  return {
    raw: `{{baseUrl}}${target}`,
    host: ['{{baseUrl}}'],
    path: path.split('/').slice(1),
    ...(parts.length > 0 && { query: parts.map(parameterOf) }),
  }
}

/** One without `=` has no value. */
function parameterOf(part: string): { key: string; value: string | null } {
  const equals = part.indexOf('=')
  if (equals === -1) return { key: part, value: null }
  return { key: part.slice(0, equals), value: part.slice(equals + 1) }
}

function expectation(status: number): object {
  const exec = [
    "pm.test('answered as recorded', function () {",
    `  pm.response.to.have.status(${status})`,
    '})',
  ]
  return { listen: 'test', script: { type: 'text/javascript', exec } }
}

function text(template: Template): string {
  return template
    .map((part) => (typeof part === 'string' ? fromLatin1(part) : `{{${part.name}}}`))
    .join('')
}

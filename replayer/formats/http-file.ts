import { fieldValue } from '../../wire/fields.ts'
import { filled, type Template } from '../reproduce/template.ts'
import { requestWords } from '../reproduce/recipe-words.ts'
import type { Step } from '../reproduce/step.ts'
import { printable } from '../table.ts'
import type { Loss, Write } from './exported.ts'
import { bodyCommand, bodyFile, requestStep, type RequestStep } from './request-step.ts'
import { fromLatin1, textOf } from './text.ts'

// Files of requests as the HTTP clients of JetBrains and of Visual Studio Code (REST Client) read them.
// What both understand is written: variables of the file, comments, files as bodies.

export const writeHttpFile: Write = async function* (entries, how) {
  const known = new Set<string>()
  yield [
    `# What was recorded of stream ${printable(how.stream)}, in its order.`,
    '# Secrets are not in it: put them where NOT_SHOWN stands.',
    `@baseUrl = ${how.baseUrl}`,
    '',
  ].join('\n')
  for await (const exported of entries) {
    const made = requestStep(exported, how)
    const variables = made.secrets.filter(({ variable }) => !known.has(variable))
    for (const { variable } of variables) known.add(variable)
    yield requestText(made, variables, (what) => how.tell(what, exported.entry.id))
  }
}

function requestText(
  { step }: RequestStep,
  variables: RequestStep['secrets'],
  tell: (what: Loss) => void,
): string {
  const { method, target, fields, remarks } = step
  const body = bodyText(step)
  if (body?.kind === 'file' && step.body !== 'missing') tell('binary_file')
  if (fields.some(({ value }) => filled(value, () => '').includes('{{'))) tell('braces')
  return [
    '',
    `### Entry ${step.entry.id}: ${requestWords(step)}`,
    '# @no-redirect',
    '# @no-cookie-jar',
    ...remarks.map((remark) => `# TODO: ${printable(remark)}`),
    ...(body?.kind === 'file'
      ? [`# Its body is in a file: ${bodyCommand(step, bodyFile(step))}`]
      : []),
    ...variables.map(({ variable }) => `@${variable} = ${variable}_NOT_SHOWN`),
    // Two braces would be taken for a variable.
    `${method} {{baseUrl}}${text(target.map((part) => (typeof part === 'string' ? part.replaceAll('{{', '%7B%7B') : part)))}`,
    ...fields.map(({ name, value }) => `${name}: ${text(value)}`),
    ...(body === null ? [] : ['', body.text]),
    '',
  ].join('\n')
}

function bodyText(step: Step): { kind: 'text' | 'file'; text: string } | null {
  const { body } = step
  if (body === null) return null
  const file = { kind: 'file', text: `< ./${bodyFile(step)}` } as const
  if (body === 'missing') return file
  const plain = textOf(
    Buffer.from(
      filled(body, () => ''),
      'latin1',
    ),
  )
  if (plain === null || plain === '') return plain === null ? file : null
  const type = fieldValue(step.entry.requestHeaders, 'content-type') ?? ''
  return isKept(plain, type) ? { kind: 'text', text: text(body).trimEnd() } : file
}

/** Whether the clients send it as it stands in the file. */
function isKept(body: string, contentType: string): boolean {
  // They end a request with it, read a file, run a script, or take it for a comment or a variable.
  if (/^(?:###|<|>|\/\/|#|@)|\{\{/m.test(body)) return false
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(body)) return false
  // White space at the end goes; to JSON it is nothing.
  if (body.trimEnd() !== body && !/\bjson\b/i.test(contentType)) return false
  return !body.includes('\r')
}

function text(template: Template): string {
  return template
    .map((part) => (typeof part === 'string' ? fromLatin1(part) : `{{${part.name}}}`))
    .join('')
}

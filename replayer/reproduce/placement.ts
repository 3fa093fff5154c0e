import type { Step } from './step.ts'
import { replaced, variablesOf, type Template, type Variable } from './template.ts'

// Where a request uses a value that an answer had brought: only where it stands by itself.

/**
 * The step with a variable in place of a value; null where it was not found. `noun`: what it is an id
 * of; empty where it is too long to be anything else.
 */
export function withVariable(
  step: Step,
  value: string,
  noun: string,
  variable: Variable,
): Step | null {
  const exactly = escaped(value)
  const target = inTarget(step.target, exactly, noun, variable)
  const fields = step.fields.map((field) =>
    noun === '' ? { ...field, value: inField(field.value, exactly, variable) } : field,
  )
  const isText = step.body !== null && step.body !== 'missing'
  const body = isText ? inBody(step.body as Template, exactly, noun, variable) : step.body
  const placed = { ...step, target, fields, body }
  return countOf(placed, variable) > 0 ? placed : null
}

function countOf({ target, fields, body }: Step, { name }: Variable): number {
  const templates = [target, ...fields.map(({ value }) => value)]
  if (body !== null && body !== 'missing') templates.push(body)
  return templates.flatMap(variablesOf).filter((one) => one.name === name).length
}

/** A whole segment, behind what names it, or the value of a parameter. */
function inTarget(target: Template, value: string, noun: string, variable: Variable): Template {
  const before = noun === '' ? '/' : `/${escaped(noun)}[^/?]*/`
  const segment = new RegExp(`(${before})${value}(?=[/?]|$)`, 'gi')
  const parameter = new RegExp(`([?&]${nameFor(noun)}=)${value}(?=&|$)`, 'gi')
  return replaced(replaced(target, segment, variable, afterFirst), parameter, variable, afterFirst)
}

/** The value as a whole, as an entity-tag, or as credentials. */
function inField(field: Template, value: string, variable: Variable): Template {
  return replaced(field, new RegExp(`^((?:W/)?"|[A-Za-z]+ +|)${value}("|)$`, 'g'), variable, around)
}

/** A scalar of JSON, or the value of a form. */
function inBody(body: Template, value: string, noun: string, variable: Variable): Template {
  const name = noun === '' ? '' : `"${nameFor(noun)}"\\s*:\\s*`
  const json = new RegExp(`(${name}")${value}(")(?!\\s*:)`, 'gi')
  const number = new RegExp(`(${name === '' ? '[:[,]\\s*' : name})${value}(?=\\s*[,\\]}])`, 'gi')
  const form = new RegExp(`((?:^|&)${nameFor(noun)}=)${value}(?=&|$)`, 'gi')
  const isJson = /^\s*[[{"]/.test(typeof body[0] === 'string' ? body[0] : '')
  if (!isJson) return replaced(body, form, variable, afterFirst)
  return replaced(replaced(body, json, variable, around), number, variable, afterFirst)
}

/** Names under which a small number may be that id: `id`, `thing`, `thingId`, `thing_id`. */
function nameFor(noun: string): string {
  return noun === '' ? '[^=&]*' : `(?:_?id|${escaped(noun)}s?(?:[_-]?ids?)?)`
}

const afterFirst = (find: RegExpExecArray) => ({ before: find[1] ?? '', after: '' })
const around = (find: RegExpExecArray) => ({ before: find[1] ?? '', after: find[2] ?? '' })

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

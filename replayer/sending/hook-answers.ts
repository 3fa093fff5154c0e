import { flawOfName, flawOfValue } from './set-field.ts'
import { kindOf } from './hook-module.ts'
import type { HookAfter, HookBefore, HookChange } from './hook.ts'

// What a hook returned, held against what it may return. Each throws a RangeError that says what was expected.

export function readBefore(given: unknown): HookBefore | null {
  if (given === undefined) return null
  const answer = objectOf(given, ['change', 'skip', 'stop'], 'before to return')
  const names = Object.keys(answer)
  if (names.length !== 1) {
    throw expected(
      'before to return one of change, skip and stop',
      names.join(' and ') || 'nothing',
    )
  }
  if ('change' in answer) return { change: readChange(answer['change']) }
  return 'skip' in answer
    ? { skip: reasonOf(answer['skip'], 'skip') }
    : { stop: reasonOf(answer['stop'], 'stop') }
}

export function readAfter(given: unknown): HookAfter {
  if (given === undefined) return {}
  const { note, stop, retry } = objectOf(given, ['note', 'stop', 'retry'], 'after to return')
  if (retry !== undefined && retry !== 'if-safe' && retry !== 'not-applied') {
    throw expected("retry to be 'if-safe' or 'not-applied'", JSON.stringify(retry) ?? kindOf(retry))
  }
  if (retry !== undefined && stop !== undefined) {
    throw expected('after to return one of stop and retry', 'both')
  }
  return {
    ...(note !== undefined && { note: reasonOf(note, 'note') }),
    ...(stop !== undefined && { stop: reasonOf(stop, 'stop') }),
    ...(retry !== undefined && { retry }),
  }
}

function readChange(given: unknown): HookChange {
  const names = ['method', 'target', 'headers', 'body']
  const { method, target, headers, body } = objectOf(given, names, 'change to have')
  if (method !== undefined && (typeof method !== 'string' || flawOfName(method) !== null)) {
    throw expected('method to be one such as POST', shown(method))
  }
  if (target !== undefined && (typeof target !== 'string' || !TARGET.test(target))) {
    throw expected('target to be a path that begins with /, percent-encoded', shown(target))
  }
  if (body !== undefined && body !== null && typeof body !== 'string' && !Buffer.isBuffer(body)) {
    throw expected('body to be a text, a Buffer or null', kindOf(body))
  }
  return {
    ...(method !== undefined && { method }),
    ...(target !== undefined && { target }),
    ...(headers !== undefined && { headers: readHeaders(headers) }),
    ...(body !== undefined && { body }),
  }
}

/** No space and no control character may stand in a request line (RFC 9112 section 3.2). */
const TARGET = /^\/[\x21-\x7e\x80-\xff]*$/

function readHeaders(given: unknown): Record<string, string | null> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw expected('headers to be an object of names and values', kindOf(given))
  }
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) {
    if (flawOfName(name) !== null) throw new RangeError(`expected ${flawOfName(name)}`)
    if (FRAMING.test(name)) throw expected('headers without framing, which follows the body', name)
    if (value !== null && typeof value !== 'string') {
      throw expected(`the header ${name} to be a text or null`, kindOf(value))
    }
    const flaw = value === null ? null : flawOfValue(value)
    if (flaw !== null) throw new RangeError(`expected the header ${name} to have ${flaw}`)
  }
  return given as Record<string, string | null>
}

const FRAMING = /^(content-length|transfer-encoding|connection)$/i

function objectOf(
  given: unknown,
  names: readonly string[],
  where: string,
): Record<string, unknown> {
  const listed = names.join(', ')
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw expected(`${where} an object of ${listed}, or nothing`, kindOf(given))
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined) throw expected(`${where} only ${listed}`, unknown)
  return given as Record<string, unknown>
}

function reasonOf(given: unknown, name: string): string {
  if (typeof given === 'string' && given.trim() !== '') return given
  throw expected(
    `${name} to be a text that says why`,
    given === '' ? 'an empty one' : kindOf(given),
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : kindOf(value)
}

function expected(what: string, got: string): RangeError {
  return new RangeError(`expected ${what}, got ${got}`)
}

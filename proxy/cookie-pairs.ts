import { fieldValues, type RawFields } from '../wire/fields.ts'

/** What a client sends in Cookie: `name=value` each (RFC 6265 section 4.2). */
export function sentCookies(request: RawFields): string[] {
  return fieldValues(request, 'cookie')
    .join(';')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
}

/** What an answer has a client send from then on, as it will send it; not what it takes away. */
export function setCookies(answer: RawFields): string[] {
  return fieldValues(answer, 'set-cookie')
    .filter((line) => !/;\s*max-age\s*=\s*(0\s*(;|$)|-)/i.test(line))
    .map((line) => line.split(';', 1)[0]!.trim())
    .filter((pair) => pair.indexOf('=') > 0 && !pair.endsWith('='))
}

/** Those of them that the client did not send with its request. */
export function newCookies(request: RawFields, answer: RawFields): string[] {
  const set = setCookies(answer)
  if (set.length === 0) return set
  const sent = new Set(sentCookies(request))
  return set.filter((pair) => !sent.has(pair))
}

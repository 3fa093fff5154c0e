import { fieldPairs, fieldValue, type RawFields } from '../../wire/fields.ts'

/** A read request whose answer shows the backend's state. */
export interface StateProbe {
  method: string
  /** Request target, below the path of the backend's URL. */
  target: string
}

/** Methods that change nothing (RFC 9110 section 9.2.1, RFC 4918, RFC 3253, RFC 5323). */
const READING = ['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH']

/** `GET /api/state`, or the path alone; throws a RangeError that says what was expected. */
export function parseStateProbe(text: string): StateProbe {
  const [, method = 'GET', target] =
    /^(?:([A-Za-z]+) +)?(\/[\x21-\x22\x24-\x7e]*)$/.exec(text) ?? []
  if (target !== undefined && READING.includes(method.toUpperCase())) {
    return { method: method.toUpperCase(), target }
  }
  throw new RangeError(
    `expected a read request such as 'GET /api/state' (${READING.join(', ')}), got '${text}'`,
  )
}

/** As it is kept and shown. */
export function probeName({ method, target }: StateProbe): string {
  return `${method} ${target}`
}

/** The request that a kept name stands for. */
export function probeNamed(name: string): StateProbe {
  const space = name.indexOf(' ')
  return { method: name.slice(0, space), target: name.slice(space + 1) }
}

/** A field that a probe carries. */
export interface ProbeField {
  name: string
  value: string
}

/** `Accept: text/xml`; throws a RangeError that says what was expected, without the value. */
export function parseProbeField(text: string): ProbeField {
  const [, name, value] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined || FRAMING.test(name)) {
    throw new RangeError("expected a field such as 'Accept: text/xml', none that frames a body")
  }
  return { name, value }
}

const FRAMING = /^(content-length|transfer-encoding|connection|te|trailer|upgrade)$/i

/** All that a probe carries: of Host and Accept there are usual ones. */
export function probeFields(
  host: string,
  given: readonly ProbeField[],
  mark: readonly [name: string, value: string],
): RawFields {
  const fields = given.flatMap(({ name, value }) => [name, value])
  const usual = [...['Host', host], ...['Accept', '*/*']]
  const missing = fieldPairs(usual).filter(
    ([name]) => fieldValue(fields, name.toLowerCase()) === undefined,
  )
  return [...missing.flat(), ...fields, ...mark]
}

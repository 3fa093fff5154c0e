/** What the `Simulate` request header orders, once it has been read. */
export interface Simulation {
  /** 0 when no delay was ordered. */
  readonly delayMs: number
  readonly failure?: Failure
  /**
   * When the request is carried out. `never` goes with a failure: nothing changes.
   * `first` (ordered by `applied`): before the delay and before the failure.
   * `last`: after the delay, then answered as usual.
   */
  readonly carryOut: 'first' | 'last' | 'never'
}

export type Failure =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hang' | 'cut' | 'reset' }

export type ParsedSimulation =
  | { readonly ok: true; readonly simulation: Simulation }
  | { readonly ok: false; readonly error: string }

export const MAX_DELAY_MS = 600_000

/** The contract in words: the answer to a malformed header, and the API document, carry it. */
export const SIMULATE_EXPECTED =
  'a comma-separated list of delay=N (milliseconds, 0 to 600000), ' +
  'at most one of status=N (400 to 599), hang, cut and reset, ' +
  'and applied (only together with one of the others), each at most once'

/** Pure. An absent header simulates nothing; an empty one is malformed. */
export function parseSimulateHeader(header: string | undefined): ParsedSimulation {
  if (header === undefined) {
    return { ok: true, simulation: { delayMs: 0, carryOut: 'last' } }
  }
  let delayMs: number | undefined
  let failure: Failure | undefined
  let applied = false
  for (const part of header.split(',').map((text) => text.trim())) {
    const directive = parseDirective(part)
    if (directive === undefined) return refused(`'${part}' is not understood`)
    if (directive.kind === 'applied') {
      if (applied) return refused(`'applied' is given twice`)
      applied = true
    } else if (directive.kind === 'delay') {
      if (delayMs !== undefined) return refused(`'delay' is given twice`)
      delayMs = directive.ms
    } else {
      if (failure !== undefined) return refused(`more than one failure is given`)
      failure = directive
    }
  }
  if (delayMs === undefined && failure === undefined) return refused(`'applied' is alone`)
  const otherwise = failure === undefined ? 'last' : 'never'
  return {
    ok: true,
    simulation: {
      delayMs: delayMs ?? 0,
      ...(failure && { failure }),
      carryOut: applied ? 'first' : otherwise,
    },
  }
}

type Directive = Failure | { kind: 'applied' } | { kind: 'delay'; ms: number }

function parseDirective(text: string): Directive | undefined {
  if (text === 'applied' || text === 'hang' || text === 'cut' || text === 'reset') {
    return { kind: text }
  }
  const delay = /^delay=(\d{1,6})$/.exec(text)
  if (delay && Number(delay[1]) <= MAX_DELAY_MS) return { kind: 'delay', ms: Number(delay[1]) }
  const status = /^status=([45]\d\d)$/.exec(text)
  if (status) return { kind: 'status', status: Number(status[1]) }
  return undefined
}

function refused(what: string): ParsedSimulation {
  return { ok: false, error: `Simulate: ${what}; expected ${SIMULATE_EXPECTED}.` }
}

import { Histogram } from '../telemetry/histogram.ts'

/** In seconds. */
const LATENCIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export const PROTOCOLS = ['http/1.0', 'http/1.1', 'http/2'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export const UPSTREAM_FAILURES = ['unreachable', 'failed', 'timeout'] as const
export type UpstreamFailure = (typeof UPSTREAM_FAILURES)[number]

/** The classes of status that a final answer may have; 101 is one. */
const CLASSES = 5

/**
 * What passed through a proxy, in plain numbers: it is counted for every request, and read when
 * somebody looks.
 */
export class Traffic {
  readonly #requests = new Float64Array(PROTOCOLS.length)
  readonly #answers = new Float64Array(PROTOCOLS.length * CLASSES)
  readonly #failures = new Float64Array(UPSTREAM_FAILURES.length)
  /** From the moment when a request is passed on to the head of its answer, in seconds. */
  readonly upstreamLatency = new Histogram(LATENCIES)

  /** A client's request begins; `httpVersion` as the request has it. */
  request(httpVersion: string): void {
    this.#requests[placeOf(httpVersion)]! += 1
  }

  /** The head of the answer to it, the upstream's or our own. */
  answer(httpVersion: string, status: number): void {
    // Beyond 599 is what RFC 9110 section 15 has clients take for a 5xx.
    const statusClass = status < 600 ? Math.trunc(status / 100) : CLASSES
    this.#answers[placeOf(httpVersion) * CLASSES + statusClass - 1]! += 1
  }

  /** The upstream gave no answer. */
  upstreamFailed(how: UpstreamFailure): void {
    this.#failures[UPSTREAM_FAILURES.indexOf(how)]! += 1
  }

  requests(): [Protocol, number][] {
    return PROTOCOLS.map((protocol, place) => [protocol, this.#requests[place]!])
  }

  /** By protocol and class of status: `2xx`. */
  answers(): [Protocol, string, number][] {
    return PROTOCOLS.flatMap((protocol, place) =>
      Array.from({ length: CLASSES }, (_, i): [Protocol, string, number] => [
        protocol,
        `${i + 1}xx`,
        this.#answers[place * CLASSES + i]!,
      ]),
    )
  }

  failures(): [UpstreamFailure, number][] {
    return UPSTREAM_FAILURES.map((how, i) => [how, this.#failures[i]!])
  }
}

function placeOf(httpVersion: string): number {
  return httpVersion === '1.1' ? 1 : httpVersion === '2.0' ? 2 : 0
}

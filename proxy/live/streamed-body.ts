import type { Writable } from 'node:stream'
import type { Answering } from '../downstream.ts'
import { closeFlow, openFlow, type BodyFlow, type FlowOptions } from './body-flow.ts'
import type { RunningDigests } from './digests.ts'

/** An answer's body that goes on as it comes out of what replaces values in it. */
export class StreamedBody {
  readonly #options: Omit<FlowOptions, 'broken'>
  readonly #to: Answering
  readonly #digests: RunningDigests | null
  readonly #over: () => void
  /** Undefined: nothing came yet; null: it goes on as it is. */
  #flow: BodyFlow | null | undefined

  /** `digests` are told of all that goes `to` its client; `over`: all of it went. */
  constructor(
    options: Omit<FlowOptions, 'broken'>,
    to: Answering,
    digests: RunningDigests | null,
    over: () => void,
  ) {
    this.#options = options
    this.#to = to
    this.#digests = digests
    this.#over = over
  }

  /** What has to drain before more is written; null: its client. */
  get input(): Writable | null {
    return this.#flow?.input ?? null
  }

  write(bytes: Buffer): boolean {
    if (this.#flow === undefined) this.#flow = this.#open(bytes)
    if (this.#flow !== null) return this.#flow.input.write(bytes)
    this.#digests?.add(bytes)
    return this.#to.write(bytes)
  }

  end(): void {
    if (this.#flow) this.#flow.input.end()
    else this.#over()
  }

  cut(): void {
    if (this.#flow) closeFlow(this.#flow)
  }

  #open(first: Buffer): BodyFlow | null {
    const to = this.#to
    const flow = openFlow({ ...this.#options, broken: () => to.cut() }, first)
    if (flow === null) return null
    const { output } = flow
    output.on('data', (bytes: Buffer) => {
      this.#digests?.add(bytes)
      if (to.destroyed || to.write(bytes)) return
      output.pause()
      to.once('drain', () => output.resume())
    })
    output.on('end', this.#over)
    to.on('close', () => closeFlow(flow))
    return flow
  }
}

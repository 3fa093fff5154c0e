import cluster from 'node:cluster'
import type { Micros } from '../../journal/entry.ts'
import type { FromWorker, ToWorker } from './messages.ts'

type MessageOf<K extends ToWorker['kind']> = Extract<ToWorker, { kind: K }>
type Taker = (message: ToWorker) => void

/** A worker's way to its primary. */
export class PrimaryLink {
  readonly #stop = new AbortController()
  readonly #takers = new Map<ToWorker['kind'], Taker>()
  /** What came before anybody took its kind. */
  #early: ToWorker[] = []
  readonly #passing = new Map<number, (moved: Micros) => void>()
  #asked = 0
  #sending = Promise.resolve()
  #isClosing = false

  /** `onLost` is called where the primary is gone. */
  constructor(onLost: () => void) {
    process.on('message', (message) => this.#take(message as ToWorker))
    const worker = cluster.worker!
    worker.once('disconnect', () => {
      // Node ends a worker here and now, in the middle of what it does, but for one that wished it.
      worker.exitedAfterDisconnect = true
      if (this.#isClosing) return
      this.#stop.abort('the primary is gone')
      onLost()
    })
    this.on('end', () => this.#stop.abort('the primary says so'))
    this.on('passed', ({ id, moved }) => {
      this.#passing.get(id)?.(moved)
      this.#passing.delete(id)
    })
    this.send({ kind: 'here' })
  }

  /** Aborted when this worker is to end: it was told to, or its primary is gone. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Takes the messages of a kind, those too that came already. */
  on<K extends ToWorker['kind']>(kind: K, take: (message: MessageOf<K>) => void): void {
    this.#takers.set(kind, take as Taker)
    const early = this.#early
    this.#early = []
    for (const message of early) this.#take(message)
  }

  send(message: FromWorker): void {
    const sent = new Promise<void>((resolve) => {
      // Where nobody is there any more, nobody misses it.
      process.send!(message, undefined, undefined, () => resolve())
    })
    this.#sending = this.#sending.then(() => sent)
  }

  /** Has the clocks of all workers pass a moment; rejects where the primary is gone. */
  async pass(moment: Micros): Promise<Micros> {
    const id = ++this.#asked
    const passed = new Promise<Micros>((resolve) => this.#passing.set(id, resolve))
    this.send({ kind: 'pass', id, moment })
    const { signal } = this
    const lost = new Promise<never>((_resolve, reject) => {
      const fail = () => process.connected || reject(new Error('the primary process is gone'))
      signal.addEventListener('abort', fail, { once: true })
    })
    return Promise.race([passed, lost])
  }

  /** What was sent is sent first. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#sending
    if (process.connected) process.disconnect()
  }

  #take(message: ToWorker): void {
    const take = this.#takers.get(message.kind)
    if (take === undefined) this.#early.push(message)
    else take(message)
  }
}

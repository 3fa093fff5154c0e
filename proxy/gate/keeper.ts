import { setTimeout as pause } from 'node:timers/promises'
import { isSameBoot, type BootSign } from '../../backend/boot-sign.ts'
import type { Epoch, EpochStore, Notice } from '../../journal/epochs.ts'
import { messageOf } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import type { Client } from '../../wire/client.ts'
import type { Gate } from './gate.ts'
import { judge, type JudgeRules, type Sight } from './judge.ts'
import { look } from '../../backend/look.ts'

// Looks at the backend, and at the epoch that the journal has of it, and opens and shuts the gate by what
// follows from both. It looks at its pace, more often while the gate is shut, and at once on a suspicion.

export interface KeeperOptions {
  gate: Gate
  store: EpochStore
  stream: string
  target: URL
  /** Null: nothing tells the lives of the backend apart. */
  sign: BootSign | null
  rules: Omit<JudgeRules, 'isSame'>
  /** How often it looks while the gate is open, and how long a look may take, in ms. */
  every: number
  timeout: number
  /** By which it looks: not that of the clients. */
  client: Client
  recorder: KeptRecorder
  say: Say
}

/** What a keeper needs of the recorder whose clients it keeps away. */
export interface KeptRecorder {
  /** Null where nothing is recorded. */
  id(): string | null
  /** Whether all that it forwarded stands in the journal. */
  isQuiet(): boolean
  /** Ends what is under way with a backend that has lost its state. */
  letGo(): void
}

/** How often it looks while the gate is shut, in ms. */
const SHUT_PACE = 100

export function startKeeper(options: KeeperOptions): { close(): Promise<void> } {
  const keeper = new Keeper(options)
  const ending = new AbortController()
  const kept = keeper.run(ending.signal)
  return {
    async close() {
      ending.abort()
      await kept
      options.client.destroy()
    },
  }
}

class Keeper {
  readonly #options: KeeperOptions
  readonly #rules: JudgeRules
  /** Of now, as far as the journal told. */
  #epoch: Epoch | null = null
  #wasAway = false
  /** When it looked last, and saw no other life. */
  #looked = performance.now()
  /** How often something was suspected: what was seen before says nothing of it. */
  #suspicions = 0
  /** What this recorder told the journal that it keeps to. */
  #reached = ''
  /** The epoch for which everything under way was ended. */
  #letGo = 0
  #problem = ''
  #wake = () => {}

  constructor(options: KeeperOptions) {
    this.#options = options
    const { sign, rules } = options
    this.#rules = {
      ...rules,
      isSame: (one, other) => (sign === null ? one === other : isSameBoot(sign, one, other)),
    }
    options.gate.onSuspicion = () => {
      this.#suspicions += 1
      options.gate.close('away')
      this.#wake()
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { gate, every } = this.#options
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    while (!signal.aborted) {
      const woken = new Promise<void>((wake) => (this.#wake = wake))
      await this.#turn(signal)
      // Several proxies of one backend do not ask all at once.
      const wait = gate.shut === null ? every * (0.9 + 0.2 * Math.random()) : SHUT_PACE
      const over = new AbortController()
      await Promise.race([woken, pause(wait, undefined, { signal: over.signal }).catch(() => {})])
      over.abort()
    }
  }

  /** Never rejects. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { gate } = this.#options
    const suspicions = this.#suspicions
    const began = performance.now()
    try {
      const seen = await this.#see(signal)
      if (signal.aborted) return
      // With the journal away it is judged by what it told last: nobody may be let through to another
      // life, and nobody kept away from one that is seen to be the same.
      const isKnown = await this.#read()
      const { shut, say } = judge(this.#epoch, seen, this.#rules)
      if (shut !== null && shut !== 'as before') gate.close(shut)
      if (isKnown && say !== null) await this.#tell(say, seen)
      if (say === 'lost') gate.detection.observe((performance.now() - this.#looked) / 1000)
      this.#looked = began
      if (isKnown) await this.#reach()
      const isSure = isKnown || (gate.shut === 'away' && seen.kind === 'boot')
      const isNewer = suspicions !== this.#suspicions
      if (shut === null && gate.shut !== null && isSure && !isNewer) gate.open()
      if (!isKnown) return
      if (seen.kind === 'away') this.#sayOnce(`the backend is away: ${seen.why}`)
      else if (seen.kind !== 'unclear') this.#problem = ''
      else this.#sayOnce(`which life of the backend it is cannot be told: ${seen.why}`)
    } catch (error) {
      this.#sayUnknown(error)
    }
  }

  async #see(signal: AbortSignal): Promise<Sight> {
    const seen = await look(this.#options.client, this.#options, signal)
    const isBack = this.#wasAway && seen.kind === 'there'
    this.#wasAway = seen.kind === 'away' || (this.#wasAway && seen.kind === 'unclear')
    return isBack ? { kind: 'back' } : seen
  }

  /** Whether the journal told; if not, what it told last still holds. */
  async #read(): Promise<boolean> {
    const { store, stream } = this.#options
    try {
      this.#take(await store.epoch(stream))
      return true
    } catch (error) {
      this.#sayUnknown(error)
      return false
    }
  }

  #take(epoch: Epoch | null): void {
    const { gate, say } = this.#options
    const isNew = epoch?.number !== this.#epoch?.number || epoch?.phase !== this.#epoch?.phase
    this.#epoch = epoch
    gate.boot = epoch?.boot ?? null
    if (isNew && epoch !== null) say(epochWords(epoch), epoch.phase === 'open' ? 'info' : 'warn')
  }

  async #tell(what: 'first' | 'name' | 'lost', seen: Sight): Promise<void> {
    const { store, stream } = this.#options
    const boot = seen.kind === 'boot' ? seen.boot : null
    if (what === 'first') this.#take(await store.firstEpoch(stream, { boot, sign: 'first seen' }))
    else if (what === 'name') {
      await store.nameEpoch(stream, this.#epoch!.number, boot!)
      await this.#read()
    } else {
      const notice: Notice = { boot, sign: boot === null ? 'it was away' : 'another boot id' }
      this.#take(await store.loseEpoch(stream, this.#epoch!.number, notice))
    }
  }

  /** Tells the journal which epoch this recorder keeps to, once nothing of another is under way. */
  async #reach(): Promise<void> {
    const { recorder, store, stream } = this.#options
    const id = recorder.id()
    if (this.#epoch === null || id === null) return
    const { number, phase } = this.#epoch
    if (phase !== 'open' && this.#letGo !== number) {
      this.#letGo = number
      recorder.letGo()
    }
    const reached = `${id} ${number}`
    if (reached === this.#reached || (phase !== 'open' && !recorder.isQuiet())) return
    await store.reachEpoch(stream, id, number)
    this.#reached = reached
  }

  #sayUnknown(error: unknown): void {
    this.#sayOnce(`the epoch of the backend is not known: ${messageOf(error)}`)
  }

  #sayOnce(problem: string): void {
    if (problem !== this.#problem) this.#options.say(problem)
    this.#problem = problem
  }
}

function epochWords({ number, phase, sign, outcome, detail }: Epoch): string {
  const how = detail === null ? '' : `: ${detail}`
  switch (phase) {
    case 'restoring':
      return `epoch ${number}: the backend lost its state (${sign}); clients are kept away until it is restored`
    case 'failed':
      return `epoch ${number}: the state could not be restored${how}`
    case 'open':
      return outcome === null
        ? `epoch ${number}: clients reach the backend`
        : `epoch ${number}: clients reach the backend again (${outcome}${how})`
  }
}

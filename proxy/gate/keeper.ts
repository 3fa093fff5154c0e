import { setTimeout as pause } from 'node:timers/promises'
import {
  hasNoState,
  isNamedAnew,
  isSameLife,
  lossWords,
  Uptimes,
  type BootSigns,
} from '../../backend/boot-signs.ts'
import type { Epoch, EpochStore, EpochWatch, Notice } from '../../journal/epochs.ts'
import { messageOf } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import type { Client } from '../../wire/client.ts'
import { TICK, type Gate } from './gate.ts'
import { judge, type JudgeRules, type Sight } from './judge.ts'
import { look, type Seen } from '../../backend/look.ts'

// Looks at the backend, and at the epoch that the journal has of it, and opens and shuts the gate by what
// follows from both. It looks at its pace, more often while the gate is shut, and at once on a suspicion.

export interface KeeperOptions {
  gate: Gate
  store: EpochStore
  stream: string
  target: URL
  /** None: nothing tells the lives of the backend apart. */
  signs: BootSigns
  rules: Omit<JudgeRules, 'isSame' | 'isNamedAnew'>
  /** Whether somebody has to say that the state is to be restored. Default: not. */
  restored?: 'by itself' | 'when asked'
  /** How often it looks while the gate is open, and how long a look may take, in ms. */
  every: number
  timeout: number
  /** By which it looks: not that of the clients. */
  client: Client
  recorder: KeptRecorder
  /** Awaited before clients are let in; where it rejects they are not. */
  beforeOpen: (epoch: Epoch) => Promise<void>
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

/** What was seen says nothing of the epoch of now. */
const STALE: Sight = { kind: 'unclear', why: 'another epoch began meanwhile' }

/** How often it looks while the gate is shut, in ms. */
const SHUT_PACE = 100

/** How often it looks where it would be told of what it waits for, in ms. */
const TOLD_PACE = 1_000

/** Several proxies of one backend do not ask all at once; none asks later than was said. `random`: from 0 to below 1. */
export function jittered(every: number, random: number): number {
  return every * (1 - 0.2 * random)
}

export function startKeeper(options: KeeperOptions): { close(): Promise<void> } {
  const keeper = new Keeper(options)
  const ending = new AbortController()
  const kept = keeper.run(ending.signal)
  const ticking = setInterval(() => options.gate.tick(), TICK)
  return {
    async close() {
      clearInterval(ticking)
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
  readonly #watch: EpochWatch
  /** When the journal was asked, of `performance.now()`; before all time: something changed since. */
  #readAt = -Infinity
  /** The epoch in which it refused a connection last. */
  #awayIn: number | null = null
  readonly #uptimes = new Uptimes()
  /** When it looked last, and saw no other life. */
  #looked = performance.now()
  /** How often something was suspected: what was seen before says nothing of it. */
  #suspicions = 0
  /** Ends the look that is under way. */
  #look = new AbortController()
  /** What this recorder told the journal that it keeps to. */
  #reached = ''
  /** The epoch for which everything under way was ended. */
  #letGo = 0
  #problem = ''
  #wake = () => {}
  /** Whether the life of now is known as one that has no state. */
  #isBlank = false
  /** When a change had it look last, and the one that is to. */
  #lookedBehind = -Infinity
  #lookBehind: NodeJS.Timeout | null = null

  constructor(options: KeeperOptions) {
    this.#options = options
    const { signs, rules } = options
    this.#rules = {
      ...rules,
      isSame: (one, other) => isSameLife(signs, one, other),
      isNamedAnew: (one, other) => isNamedAnew(signs, one, other),
    }
    this.#watch = options.store.watchEpochs(options.stream, () => {
      this.#readAt = -Infinity
      this.#wake()
    })
    options.gate.onSuspicion = (what) => {
      this.#suspicions += 1
      if (what === 'refused' && this.#epoch !== null) this.#awayIn = this.#epoch.number
      // It may have begun with a life that is over, and end with another one.
      if (options.gate.shut === null) this.#look.abort()
      options.gate.close('away')
      this.#wake()
    }
    options.gate.onChange = () => this.#expectState()
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    while (!signal.aborted) {
      const woken = new Promise<void>((wake) => (this.#wake = wake))
      await this.#turn(signal)
      const over = new AbortController()
      const wait = pause(this.#pace(), undefined, { signal: over.signal }).catch(() => {})
      await Promise.race([woken, wait])
      over.abort()
    }
    clearTimeout(this.#lookBehind ?? undefined)
    this.#options.gate.onChange = () => {}
    await this.#watch.close()
  }

  /** One that had no state may have some now: unless that is known, its loss would not be seen. */
  #expectState(): void {
    if (!this.#isBlank || this.#lookBehind !== null) return
    const wait = Math.max(0, this.#lookedBehind + SHUT_PACE - performance.now())
    this.#lookBehind = setTimeout(() => {
      this.#lookBehind = null
      this.#lookedBehind = performance.now()
      this.#wake()
    }, wait)
  }

  /** How long it waits for the next look, in ms. */
  #pace(): number {
    const { every, gate } = this.#options
    if (gate.shut === null) return jittered(every, Math.random())
    const isForJournal = gate.shut === 'restoring' || gate.shut === 'failed'
    return isForJournal && this.#watch.isTold && this.#hasReached() ? TOLD_PACE : SHUT_PACE
  }

  /** Never rejects. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { gate } = this.#options
    const suspicions = this.#suspicions
    const began = performance.now()
    try {
      if (this.#epoch === null) await this.#read('now')
      const known = this.#epoch?.number ?? 0
      this.#look = new AbortController()
      const looking = AbortSignal.any([signal, this.#look.signal])
      const sighted = await look(this.#options.client, this.#options, looking)
      if (looking.aborted) return
      let seen = this.#sightOf(sighted, known, began)
      // With the journal away it is judged by what it told last: nobody may be let through to another
      // life, and nobody kept away from one that is seen to be the same.
      let isKnown = await this.#read('unless told')
      if (gate.shut !== null && judge(this.#epoch, seen, this.#rules).shut === null) {
        isKnown = await this.#read('now')
      }
      // Another process noticed a loss meanwhile: what was seen before it may be of the life that is over.
      if (known !== (this.#epoch?.number ?? 0)) seen = STALE
      const { shut, say } = judge(this.#epoch, seen, this.#rules)
      if (shut !== null && shut !== 'as before') gate.close(shut)
      if (isKnown && say !== null) await this.#tell(say, seen)
      if (say === 'lost') gate.detection.observe((performance.now() - this.#looked) / 1000)
      this.#looked = began
      if (isKnown) await this.#reach()
      const isSure = isKnown || (gate.shut === 'away' && seen.kind === 'boot')
      const isNewer = suspicions !== this.#suspicions
      if (shut === null && gate.shut !== null && isSure && !isNewer) {
        if (this.#epoch !== null) await this.#options.beforeOpen(this.#epoch)
        if (suspicions === this.#suspicions) gate.open()
      }
      if (!isKnown) return
      if (seen.kind === 'away') this.#sayOnce(`the backend is away: ${seen.why}`)
      else if (seen.kind !== 'unclear' || seen === STALE) this.#problem = ''
      else {
        const waiting = gate.shut === null ? '' : '; clients wait until it can be'
        this.#sayOnce(`which life of the backend it is cannot be told: ${seen.why}${waiting}`)
      }
    } catch (error) {
      this.#sayUnknown(error)
    }
  }

  /** What it means, seen in the light of what was seen of this epoch before. */
  #sightOf(seen: Seen, epoch: number, askedAt: number): Sight {
    if (seen.kind === 'away' && seen.isRefused) this.#awayIn = epoch
    // Until that is told; what came before this epoch another process has told already.
    if (seen.kind === 'there' && this.#awayIn === epoch) return { kind: 'back' }
    if (seen.kind !== 'boot') return seen
    const now = performance.now()
    const isRestarted = this.#uptimes.wentBack(epoch, seen.uptime ?? null, askedAt, now)
    return isRestarted ? { kind: 'restarted', boot: seen.boot } : seen
  }

  /** Whether the journal told; if not, what it told last still holds. */
  async #read(when: 'now' | 'unless told'): Promise<boolean> {
    const { store, stream } = this.#options
    const age = performance.now() - this.#readAt
    if (when === 'unless told' && this.#watch.isTold && age < TOLD_PACE) return true
    this.#readAt = performance.now()
    try {
      this.#take(await store.epoch(stream))
      return true
    } catch (error) {
      this.#readAt = -Infinity
      this.#sayUnknown(error)
      return false
    }
  }

  #take(epoch: Epoch | null): void {
    const { gate, say, restored = 'by itself' } = this.#options
    const isNew = epoch?.number !== this.#epoch?.number || epoch?.phase !== this.#epoch?.phase
    this.#epoch = epoch
    const boot = epoch?.boot ?? null
    gate.boot = boot
    gate.epoch = epoch?.number ?? null
    this.#isBlank = boot !== null && hasNoState(this.#options.signs, boot)
    const isWell = epoch?.phase === 'open' && epoch.outcome !== 'failed'
    if (isNew && epoch !== null) say(epochWords(epoch, restored), isWell ? 'info' : 'warn')
  }

  async #tell(what: 'first' | 'name' | 'lost', seen: Sight): Promise<void> {
    const { store, stream } = this.#options
    const boot = 'boot' in seen ? (seen.boot ?? null) : null
    if (what === 'first') this.#take(await store.firstEpoch(stream, { boot, sign: 'first seen' }))
    else if (what === 'name') {
      await store.nameEpoch(stream, this.#epoch!.number, boot!)
      await this.#read('now')
    } else {
      const notice: Notice = { boot, sign: this.#signWords(seen) }
      this.#take(await store.loseEpoch(stream, this.#epoch!.number, notice))
    }
  }

  /** What told it, for people. */
  #signWords(seen: Sight): string {
    if (seen.kind === 'restarted') return 'its uptime went back'
    const boot = 'boot' in seen ? seen.boot : null
    const before = this.#epoch?.boot ?? null
    if (boot === null || boot === undefined || before === null) return 'it was away'
    return lossWords(this.#options.signs, before, boot)
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
    if (this.#hasReached() || (phase !== 'open' && !recorder.isQuiet())) return
    await store.reachEpoch(stream, id, number)
    this.#reached = `${id} ${number}`
  }

  #hasReached(): boolean {
    const id = this.#options.recorder.id()
    return id === null || this.#reached === `${id} ${this.#epoch?.number}`
  }

  #sayUnknown(error: unknown): void {
    this.#sayOnce(`the epoch of the backend is not known: ${messageOf(error)}`)
  }

  #sayOnce(problem: string): void {
    if (problem !== this.#problem) this.#options.say(problem)
    this.#problem = problem
  }
}

function epochWords(
  { stream, number, phase, sign, outcome, detail }: Epoch,
  restored: 'by itself' | 'when asked',
): string {
  const how = detail === null ? '' : `: ${detail}`
  switch (phase) {
    case 'restoring':
      return (
        `epoch ${number}: the backend lost its state (${sign}); clients are kept away until ` +
        (restored === 'by itself' ? 'it is restored' : `somebody says 'reprise restore ${stream}'`)
      )
    case 'failed':
      return `epoch ${number}: the state could not be restored${how}; 'reprise restore' tries again, with --open it lets clients in as it is`
    case 'open':
      if (outcome === 'failed') {
        return `epoch ${number}: the state could not be restored${how}; clients reach the backend all the same (--restore-failed open)`
      }
      return outcome === null
        ? `epoch ${number}: clients reach the backend`
        : `epoch ${number}: clients reach the backend again (${outcome}${how})`
  }
}

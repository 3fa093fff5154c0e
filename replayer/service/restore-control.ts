import type { Journal } from '../../journal/contract.ts'
import type { Actor } from '../../journal/deed.ts'
import { Problem, messageOf } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import { restoreByHand, unrestoredEpoch } from '../restoring/by-hand.ts'
import { restoredWords, type RestoreOptions } from '../restoring/restore.ts'
import { targetNotAllowed } from '../target.ts'

// The restores that somebody asked this service for. One that is under way when it ends is left for
// another process to go on, as that of `reprise restore` is.

/** How the service restores: what no request to it says. */
export interface Restoring {
  /** Names this process to people. */
  holder: string
  optionsOf: (
    journal: Journal,
    stream: string,
    target: URL,
    actor: Actor,
  ) => Promise<RestoreOptions>
}

/** What whoever asks for a restore chooses; the rest is as the service is set. */
export interface RestoreWish extends Partial<Pick<RestoreOptions, 'inDoubt' | 'inFlight'>> {
  /** Which of the recorded upstreams; needed where there are several. */
  target: URL | undefined
}

export class RestoreControl {
  readonly #journal: Journal
  readonly #restoring: Restoring
  readonly #say: Say
  readonly #ending = new AbortController()
  readonly #all = new Set<Promise<void>>()

  constructor(journal: Journal, restoring: Restoring, say: Say = () => {}) {
    this.#journal = journal
    this.#restoring = restoring
    this.#say = say
  }

  /** Resolves once it has begun; rejects where it cannot. */
  async begin(
    stream: string,
    number: number,
    { target: chosen, ...policies }: RestoreWish,
    actor: Actor,
  ): Promise<void> {
    await unrestoredEpoch(this.#journal, stream, number)
    const target = await upstreamOf(this.#journal, stream, chosen)
    const { holder, optionsOf } = this.#restoring
    const options = { ...(await optionsOf(this.#journal, stream, target, actor)), ...policies }
    const { signal } = this.#ending
    if (signal.aborted) throw serviceEnding()
    await new Promise<void>((begun, refused) => {
      const restoring = restoreByHand(options, stream, holder, signal, () => begun())
        .then(
          ({ epoch, restored }) => {
            const isWrong = typeof restored !== 'string' && restored.outcome === 'failed'
            const words = `epoch ${epoch.number} of ${stream}: ${restoredWords(restored)}`
            this.#say(words, isWrong ? 'warn' : 'info')
          },
          (error: unknown) => {
            refused(error)
            this.#say(`${stream} cannot be restored: ${messageOf(error)}`)
          },
        )
        .finally(() => this.#all.delete(restoring))
      this.#all.add(restoring)
    })
  }

  async close(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#all)
  }
}

function serviceEnding(): Problem {
  return new Problem('service_ending', 'the service is about to end', {
    source: 'internal',
    retryable: true,
    hint: 'ask again when it is back',
  })
}

/** It is sent to what was recorded alone, so that nobody puts one backend's state into another. */
async function upstreamOf(journal: Journal, stream: string, chosen: URL | undefined): Promise<URL> {
  const recorded = (await journal.streams()).find((one) => one.stream === stream)?.targets ?? []
  if (chosen !== undefined) {
    if (recorded.includes(chosen.origin)) return new URL(chosen.origin)
    throw targetNotAllowed(chosen, recorded)
  }
  const [only] = recorded
  if (only !== undefined && recorded.length === 1) return new URL(only)
  const among = recorded.length === 0 ? 'nothing' : recorded.join(', ')
  throw new Problem('input_invalid', `target: ${stream} was recorded in front of ${among}`, {
    source: 'user',
    hint: 'say which of them lost its state',
  })
}

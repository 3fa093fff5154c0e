import type { Say } from '../../telemetry/log.ts'
import type { StateStore } from '../../journal/state.ts'
import type { EpochStore } from '../../journal/epochs.ts'
import { messageOf } from '../../journal/problem.ts'
import type { LookOptions } from '../../backend/look.ts'
import { openClient, type ClientOptions } from '../../wire/open-client.ts'
import { reachedLife, type Reaching } from './life-of-shots.ts'
import type { StateProbe } from './state-probe.ts'
import { takeState, type Asking } from './take-state.ts'

// Keeps shots of a backend's state while it is recorded. What fails is told and tried again the next
// time: it must never be in the way of recording.

export interface KeeperOptions extends Pick<Asking, 'stream' | 'target' | 'fields' | 'timeout'> {
  store: StateStore & Pick<EpochStore, 'epoch'>
  probes: readonly StateProbe[]
  /** In ms; null: only at the end. */
  every: number | null
  /** Shots of each probe that stay in the journal. */
  most: number
  /**
   * By which lives of the backend are told apart: then only what is of the life that clients reach is kept.
   * Null: whatever answers.
   */
  life: (Pick<LookOptions, 'signs' | 'timeout'> & Reaching) | null
  connection: ClientOptions
  say: Say
}

export interface StateKeeper {
  /** Takes the last shot; once the recorder has answered everything, nothing changes the state any more. */
  close(): Promise<void>
}

export function startStateKeeper(options: KeeperOptions): StateKeeper {
  const { every, target, connection } = options
  const client = openClient(target, connection)
  const ending = new AbortController()
  let underWay: Promise<void> | null = null
  const take = (signal: AbortSignal) => keepShot({ ...options, client, signal })
  const timer =
    every === null
      ? undefined
      : setInterval(() => {
          // One that takes longer than the time between two stands for both.
          underWay ??= take(ending.signal).finally(() => (underWay = null))
        }, every)
  return {
    async close() {
      clearInterval(timer)
      ending.abort()
      await underWay
      await take(new AbortController().signal)
      client.destroy()
    },
  }
}

/** Never rejects. */
async function keepShot(asking: KeeperOptions & Asking): Promise<void> {
  const { store, probes, most, say, signal, client } = asking
  const lifeNow = () => {
    const { life, stream, target } = asking
    if (life === null) return 0
    return reachedLife(store, stream, client, { ...life, target }, signal)
  }
  try {
    const before = await lifeNow()
    if (before === null) return
    const { shots, failed } = await takeState(probes, asking)
    if ((await lifeNow()) !== before) return
    for (const { probe, why } of failed) say(`the state was not kept: ${probe}: ${why}`)
    await store.keepState(shots, most)
  } catch (error) {
    if (!signal.aborted) say(`the state was not kept: ${messageOf(error)}`)
  }
}

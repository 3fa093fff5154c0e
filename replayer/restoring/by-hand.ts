import type { Actor, DeedStore } from '../../journal/deed.ts'
import { hasFailed, type Epoch, type EpochStore } from '../../journal/epochs.ts'
import type { LifeStore } from '../../journal/lives.ts'
import { Problem } from '../../journal/problem.ts'
import { restoreEpoch, type RestoreOptions, type Restored } from './restore.ts'
import { CLAIM_LEASE } from './holding.ts'

// What people, and hooks of theirs, may say of the life of a backend. It is noted before it is done.

type Store = EpochStore & DeedStore

/** Its state is lost, whatever it shows. Answers the epoch of now; one that is being restored stays it. */
export async function sayLost(
  store: Store,
  stream: string,
  why: string,
  actor: Actor,
): Promise<Epoch> {
  const epoch = await epochOf(store, stream)
  if (epoch.phase === 'restoring') return epoch
  const detail = { epoch: epoch.number, why }
  await store.noteDeed({ ...actor, action: 'lose', stream, detail })
  return store.loseEpoch(stream, epoch.number, { boot: null, sign: why })
}

/** Lets clients in as the backend is. */
export async function openByHand(
  store: Store,
  stream: string,
  detail: string,
  actor: Actor,
): Promise<Epoch> {
  const { number } = await epochOf(store, stream)
  await store.noteDeed({ ...actor, action: 'open', stream, detail: { epoch: number } })
  const opened = await store.openEpoch(stream, detail)
  if (opened === null) throw isOpen(stream, number)
  return opened
}

/** Has an epoch whose restore failed restored once more, by whichever process restores by itself. */
export async function retryByHand(
  store: Store & Pick<LifeStore, 'retryLife'>,
  stream: string,
  number: number,
  actor: Actor,
): Promise<void> {
  const { phase } = await unrestoredEpoch(store, stream, number)
  if (phase === 'restoring') return
  await store.noteDeed({ ...actor, action: 'restore', stream, detail: { epoch: number } })
  await store.retryLife(stream, number)
}

/** The epoch of that number; rejects with `epoch_lost` where another one began since, and with `epoch_open`. */
export function shutEpoch(store: EpochStore, stream: string, number: number): Promise<Epoch> {
  return epochToDo(store, stream, number, ({ phase }) => phase === 'open')
}

async function epochToDo(
  store: EpochStore,
  stream: string,
  number: number,
  isDone: (epoch: Epoch) => boolean,
): Promise<Epoch> {
  const epoch = await epochOf(store, stream)
  if (epoch.number === number && isDone(epoch)) throw isOpen(stream, number)
  if (epoch.number === number) return epoch
  throw new Problem('epoch_lost', `epoch ${number} of ${stream} is not the newest one`, {
    source: 'user',
    hint: `look again: epoch ${epoch.number} is`,
  })
}

/** The epoch of that number, which may be restored; rejects as `shutEpoch` does. */
export function unrestoredEpoch(store: EpochStore, stream: string, number: number): Promise<Epoch> {
  return epochToDo(store, stream, number, isRestored)
}

/** Restores the epoch of now, also one whose restore failed; `begun` is told once it has it to itself. */
export async function restoreByHand(
  options: RestoreOptions,
  stream: string,
  holder: string,
  signal: AbortSignal,
  begun: (epoch: Epoch) => void = () => {},
): Promise<{ epoch: Epoch; restored: Restored }> {
  const { journal, actor } = options
  const now = await epochOf(journal, stream)
  const { number } = now
  if (isRestored(now)) throw isOpen(stream, number)
  await journal.noteDeed({ ...actor, action: 'restore', stream, detail: { epoch: number } })
  const claimed = await journal.claimEpoch(stream, holder, CLAIM_LEASE, 'again')
  if (claimed === null) {
    throw new Problem('epoch_lost', `another process restores epoch ${number} of ${stream}`, {
      source: 'user',
      hint: 'wait until it has ended (reprise epochs)',
    })
  }
  const { claim, epoch } = claimed
  begun(epoch)
  return { epoch, restored: await restoreEpoch(claim, epoch, options, signal) }
}

function isRestored(epoch: Epoch): boolean {
  return epoch.phase === 'open' && !hasFailed(epoch)
}

async function epochOf(store: EpochStore, stream: string): Promise<Epoch> {
  const epoch = await store.epoch(stream)
  if (epoch !== null) return epoch
  throw new Problem('epoch_unknown', `no recorder of the stream ${stream} keeps to epochs`, {
    source: 'user',
    hint: 'start its proxy with --restore auto or --restore ask',
  })
}

function isOpen(stream: string, number: number): Problem {
  return new Problem(
    'epoch_open',
    `epoch ${number} of ${stream} is open: clients reach the backend`,
    {
      source: 'user',
      hint: 'where its state is lost all the same, say so: reprise lost',
    },
  )
}

import type { JournalReader } from '../journal/contract.ts'
import type { Checkpoint, CheckpointStore } from '../journal/checkpoints.ts'
import type { Actor, DeedStore } from '../journal/deed.ts'
import type { EntrySummary, Micros } from '../journal/entry.ts'
import { Problem } from '../journal/problem.ts'
import { unknownStream, type Selection } from './plan.ts'

// Places in the order of a stream before which nothing is needed any more. What stands at one or before it
// had been answered by then, or was in doubt already; whatever was answered later stands behind it.

type Store = JournalReader & CheckpointStore & DeedStore

/** Where one is set: at an entry, at the last one before a moment, or at the newest one. */
export type CheckpointAt = { entry: number } | { moment: Micros } | 'now'

export interface SetCheckpoint {
  checkpoint: Checkpoint
  /** Entries in doubt before it that nobody settled: whether the backend has them is not asked any more. */
  inDoubt: number
}

/** Rejects with `stream_unknown`, `entry_unknown` and `checkpoint_unknown`. It is noted before it is done. */
export async function setCheckpoint(
  store: Store,
  stream: string,
  at: CheckpointAt,
  note: string | null,
  actor: Actor,
): Promise<SetCheckpoint> {
  await requireStream(store, stream)
  const { id: entry, orderedAt } = await entryAt(store, stream, at)
  await store.noteDeed({ ...actor, action: 'set_checkpoint', stream, detail: { entry, note } })
  const setBy = actor.who
  const checkpoint = await store.setCheckpoint({ stream, entry, orderedAt, setBy, note })
  const doubtful = await store.count({
    ...{ stream, verdicts: ['in_doubt'], settled: 'no' },
    before: { orderedAt, id: entry + 1 },
  })
  return { checkpoint, inDoubt: doubtful.in_doubt ?? 0 }
}

async function entryAt(
  store: JournalReader,
  stream: string,
  at: CheckpointAt,
): Promise<EntrySummary> {
  if (at !== 'now' && 'entry' in at) {
    const entry = await store.entry(at.entry)
    if (entry.stream === stream) return entry
    throw unknownCheckpoint(
      `entry ${at.entry} is of stream ${entry.stream}, not ${stream}`,
      `name that stream, or an entry of ${stream} (reprise entries)`,
    )
  }
  // Of those at one moment the last one.
  const before = at === 'now' ? {} : { before: { orderedAt: at.moment + 1, id: 0 } }
  const [last] = await store.list({ stream, ...before }, { order: '-order', limit: 1 })
  if (last !== undefined) return last
  throw unknownCheckpoint(
    `there is no entry of ${stream}${at === 'now' ? '' : ' by then'}: a checkpoint would spare nothing`,
    'record something first, or name a later moment',
  )
}

/** Rejects with `stream_unknown` and `checkpoint_unknown`. It is noted before it is done. */
export async function removeCheckpoint(
  store: Store,
  stream: string,
  number: number,
  actor: Actor,
): Promise<Checkpoint> {
  await requireStream(store, stream)
  const known = await store.checkpoints(stream)
  const found = known.find((one) => one.number === number)
  if (found === undefined) throw noSuch(stream, number)
  const detail = { number, entry: found.entry }
  await store.noteDeed({ ...actor, action: 'remove_checkpoint', stream, detail })
  const removed = await store.removeCheckpoint(stream, number)
  if (removed === null) throw noSuch(stream, number)
  return removed
}

/** The selection, from behind the furthest checkpoint of its stream on; as it was where there is none. */
export async function fromCheckpoint(
  store: CheckpointStore,
  selection: Selection,
): Promise<Selection> {
  const [furthest] = await store.checkpoints(selection.stream)
  if (furthest === undefined) return selection
  const { number: checkpoint, orderedAt, entry: id } = furthest
  return { ...selection, checkpoint, filter: { ...selection.filter, after: { orderedAt, id } } }
}

/** Where somebody asked for one. */
export async function requireCheckpoint(
  store: CheckpointStore,
  selection: Selection,
): Promise<Selection> {
  const from = await fromCheckpoint(store, selection)
  if (from.checkpoint !== undefined) return from
  const { stream } = selection
  throw unknownCheckpoint(`${stream} has no checkpoint`, `set one: reprise checkpoint ${stream}`)
}

async function requireStream(store: JournalReader, stream: string): Promise<void> {
  const known = (await store.streams()).map((one) => one.stream)
  if (!known.includes(stream)) throw unknownStream(`there is no stream '${stream}'`, known)
}

function noSuch(stream: string, number: number): Problem {
  return unknownCheckpoint(
    `${stream} has no checkpoint ${number}`,
    `list them: reprise checkpoint ${stream} --list`,
  )
}

function unknownCheckpoint(what: string, hint: string): Problem {
  return new Problem('checkpoint_unknown', what, { source: 'user', hint })
}

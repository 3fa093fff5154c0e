import type { Micros, Side } from './entry.ts'

/** A recorder as it introduces itself when it starts. */
export interface RecorderInfo {
  stream: string
  /** UUID, new for each process. */
  id: string
  /** The upstream, without credentials. */
  target: string
  durability: 'async' | 'commit' | 'intent'
  /** Whether mutations that it can record nowhere are refused, or let pass and lost. */
  whenUnrecordable: 'refuse' | 'pass'
  host: string
  pid: number
  version: string
  startedAt: Micros
}

/** How a recorder stands when it says that it is alive. */
export interface Standing {
  /** The highest number that it has given. */
  lastNumber: number
  /** What waits in its spool. */
  spooledRecords: number
  spooledBytes: number
}

/** A recorder as it stands, by its own word and by its lease. */
export interface RecorderStanding extends RecorderInfo, Standing {
  /** `silent`: its lease has run out, and nobody has closed it yet. */
  state: RecorderAudit['state']
  /** Null of one from before there were leases. */
  leaseUntil: Micros | null
  endedAt: Micros | null
  /** When the latest of its entries arrived that is in the journal; null: none is. */
  latestAt: Micros | null
}

/** What the journal takes of the disk, in bytes, indexes included. */
export interface JournalSize {
  /** All of it. */
  bytes: number
  /** Of that, entries and bodies by the week in which they arrived, the oldest first. */
  weeks: readonly { since: Micros; bytes: number }[]
}

/** Numbers from `first` to `last`, both included. */
export interface NumberRange {
  first: number
  last: number
}

/** A range of numbers of which the journal knows nothing, and when they must have been given. */
export interface Gap extends NumberRange {
  /** Arrival of the entry before and after it, where there is one. */
  after: Micros | null
  before: Micros | null
}

/**
 * The sum of one recorder: `lastNumber` mutations were forwarded, and each number stands in one
 * place: an entry, a reason why there is none, an intent that is still open, or a gap.
 */
export interface RecorderAudit {
  stream: string
  recorder: string
  host: string
  durability: RecorderInfo['durability']
  state: 'alive' | 'silent' | 'stopped' | 'closed'
  startedAt: Micros
  /** The highest number that it is known to have given; 0: none. */
  lastNumber: number
  /** Entries that are not in doubt. */
  recorded: number
  /** Of those, the ones that are context: reads and refusals. */
  context: number
  inDoubt: number
  /** Of those in doubt, the ones that nobody settled. */
  unsettled: number
  /** By reason; `lost` apart. */
  excluded: Readonly<Record<string, number>>
  lost: number
  /** Announced and still under way (or its recorder is silent). */
  open: number
  gaps: readonly Gap[]
  /** Numbers that stand in more than one place: two entries, or an entry and a reason for none. */
  duplicates: readonly number[]
  /** Bodies that are not what their digest says. */
  damaged: readonly { entry: number; side: Side }[]
  /** What it last said to have in its spool. */
  spooledRecords: number
  spooledBytes: number
}

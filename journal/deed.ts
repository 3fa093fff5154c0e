import type { Micros } from './entry.ts'

// The audit trail: who changed what. Not to be taken for `reprise audit`, which proves that nothing is
// missing in what was recorded.

export const ACTIONS = [
  'label',
  'settle',
  'clear',
  'export',
  'import',
  'keep_state',
  'show_secrets',
  'rotate_keys',
  'reseal',
  'replay',
  'lose',
  'restore',
  'open',
  'set_checkpoint',
  'remove_checkpoint',
  'verify_rules',
  'pause',
  'continue',
  'stop',
  'sign_in',
  'sign_out',
  'refused',
] as const

export type Action = (typeof ACTIONS)[number]

/** How it is known who somebody is; `program`: by the account whose process used the Node API. */
export const MEANS = ['machine', 'token', 'session', 'identity', 'command_line', 'program'] as const

/** Somebody who does something. */
export interface Actor {
  /** Null: nobody that is known. */
  who: string | null
  role: string | null
  means: (typeof MEANS)[number]
  /** Of the client, or the name of the machine. */
  address: string | null
}

export interface NewDeed extends Actor {
  action: Action
  /** The one that it was done to, where it is one. */
  stream: string | null
  /** JSON, without secrets. */
  detail: Readonly<Record<string, unknown>>
}

export interface Deed extends NewDeed {
  /** In the order of noting. */
  id: number
  at: Micros
}

/** Which deeds. Every part narrows; an absent part does not. */
export interface DeedFilter {
  /** Whoever is called exactly so. */
  who?: string
  /** Any of these. */
  actions?: readonly Action[]
  stream?: string
  /** Have a lower id. */
  before?: number
}

/** What was done. Every method rejects with a Problem. */
export interface DeedStore {
  /**
   * Notes a deed, durably when it resolves. It is noted before it is done: then nothing is done that
   * does not stand here, though some that stands here may have failed.
   */
  noteDeed(deed: NewDeed): Promise<void>
  /** Newest first. */
  deeds(filter: DeedFilter & { limit: number }): Promise<Deed[]>
}

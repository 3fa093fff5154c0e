// Apart from what is done with them: of that the types would come to whoever uses these.

import type { DatabaseSource } from './database.ts'

/** Where something was recorded: a database, or a journal file. */
export type ReplaySource = StreamSource | FileSource

/** A recorder is one, also after it was closed, if its database is there. */
export interface StreamSource {
  readonly database: DatabaseSource
  /** Default: the only one that there is, or the one that was recorded before the target. */
  readonly stream?: string | undefined
}

/** A journal file: what `reprise export` wrote, or `export` of a journal. */
export interface FileSource {
  readonly file: string | URL
  /** With which its secrets are sealed: 32 bytes, base64 or hex. */
  readonly fileKey?: string | undefined
  /**
   * The answers that differ take the place of the recorded ones in the file, as by `reprise ci --update`: what is
   * no difference (times, generated ids) stays as it was. Requests that failed are not accepted.
   */
  readonly update?: boolean | undefined
  /** Where it is gone through; nothing of it stays there. Default: an ephemeral PostgreSQL. */
  readonly database?: DatabaseSource | undefined
}

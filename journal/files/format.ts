import { Problem } from '../problem.ts'
import type { FileItem } from './filed.ts'

export interface WriteOptions {
  /** Secrets are sealed with it; null: they are left out, and none is in what is to be written. */
  key: Buffer | null
}

export interface ReadOptions {
  /** The file, as messages name it. */
  name: string
  keys: readonly Buffer[]
  /** What is done with secrets that no key opens: an error, or they count as left out. */
  unopened: 'refuse' | 'leave_out'
  /** `ignore`: also what was changed by hand is read. */
  digests: 'check' | 'ignore'
  /** Told before the first item how secrets stand in it. */
  onSecrets?: (how: JournalFormat['secrets']) => void
}

/**
 * A format of journal files. Both ways items go one after the other and memory does not grow with the
 * file; it is not compressed (that is whoever opens it).
 */
export interface JournalFormat {
  /** Endings of names by which a file is known to be one, as `.har`. */
  endings: readonly string[]
  /** Whether it holds secrets sealed; else they are left out. */
  secrets: 'sealed' | 'left_out'
  /** Undefined: it is only read. */
  write?: (items: AsyncIterable<FileItem>, options: WriteOptions) => AsyncIterable<string>
  /** Undefined: it is only written. Rejects with the Problems below. */
  read?: (bytes: AsyncIterable<Buffer>, options: ReadOptions) => AsyncIterable<FileItem>
}

/** What stands there is not as expected. `line` from 1; null: of the file as a whole. */
export function invalidFile(
  name: string,
  line: number | null,
  what: string,
  hint: string,
): Problem {
  return new Problem('file_invalid', `${placeIn(name, line)}: ${what}`, { source: 'user', hint })
}

/** It was cut short, or is not what its digests say. */
export function damagedFile(
  name: string,
  line: number | null,
  what: string,
  hint: string,
): Problem {
  return new Problem('file_damaged', `${placeIn(name, line)}: ${what}`, { source: 'user', hint })
}

/** No key that is known opens its secrets. */
export function sealedFile(name: string, keyId: string): Problem {
  return new Problem('file_sealed', `${name}: its secrets are sealed with key ${keyId}`, {
    source: 'user',
    hint: 'give that key with --file-key (REPRISE_FILE_KEY), or go without them: --secrets omit',
  })
}

function placeIn(name: string, line: number | null): string {
  return line === null ? name : `${name}, line ${line}`
}

import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RecorderInfo } from '../journal/standing.ts'

// What a recorder gave and kept, in a file of its own: the highest number, and up to where its spool
// was filled and moved, `0000000000000042 0000000000000000 0000000000000000 {...}`, who it is behind
// them. It is written in place and not synced. That survives a kill of the process, not of the
// machine, and costs next to nothing; the heartbeat tells PostgreSQL the number every few seconds.
// The file goes when PostgreSQL knows how the recorder ended.

export interface Marks {
  /** The highest number that it gave. */
  lastNumber: number
  /** The end of the sequence that it spooled, and of what of that was moved to the journal. */
  spooled: number
  moved: number
}

export interface Ledger {
  /** Notes the marks; to be called before anybody sees an answer to the number. */
  note(marks: Marks): void
  close(): void
}

export interface LedgerPage extends Marks {
  info: RecorderInfo
}

/** Begins the ledger of a recorder; throws the error of the system call. */
export function beginLedger(folder: string, info: RecorderInfo): Ledger {
  const file = fileOf(folder, info.id)
  writeFileSync(file, `${line(NONE)}${JSON.stringify(info)}\n`, { flush: true })
  const descriptor = openSync(file, 'r+')
  return {
    note: (marks) => void writeSync(descriptor, line(marks), 0, 'latin1'),
    close: () => closeSync(descriptor),
  }
}

/** The ledgers that were left in a folder. */
export function readLedgers(folder: string): LedgerPage[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      try {
        const info = JSON.parse(text.slice(LINE)) as RecorderInfo
        const [lastNumber = 0, spooled = 0, moved = 0] = text.slice(0, LINE).split(' ').map(Number)
        return [{ info, lastNumber, spooled, moved }]
      } catch {
        // It was killed while it made the file, before it gave a number.
        return []
      }
    })
}

export function forgetLedger(folder: string, id: string): void {
  rmSync(fileOf(folder, id), { force: true })
}

const PREFIX = 'ledger.'

function fileOf(folder: string, id: string): string {
  return join(folder, `${PREFIX}${id}`)
}

const NONE: Marks = { lastNumber: 0, spooled: 0, moved: 0 }

const DIGITS = 16
const LINE = 3 * (DIGITS + 1)

function line({ lastNumber, spooled, moved }: Marks): string {
  return [lastNumber, spooled, moved].map((n) => `${String(n).padStart(DIGITS, '0')} `).join('')
}

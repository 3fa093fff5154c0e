import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RecorderInfo } from '../journal/contract.ts'

// The highest number that a recorder gave, in a file of its own: `0000000000000042 {...}`, who it
// is behind it. It is written in place and not synced. That survives a kill of the process, not of
// the machine, and costs next to nothing; the heartbeat tells PostgreSQL the same every few seconds.
// The file goes when PostgreSQL knows how the recorder ended.

export interface Ledger {
  /** Notes the highest number; to be called before anybody sees an answer to it. */
  note(lastNumber: number): void
  close(): void
}

export interface LedgerPage {
  info: RecorderInfo
  lastNumber: number
}

/** Begins the ledger of a recorder; throws the error of the system call. */
export function beginLedger(folder: string, info: RecorderInfo): Ledger {
  const file = fileOf(folder, info.id)
  writeFileSync(file, `${digits(0)} ${JSON.stringify(info)}\n`, { flush: true })
  const descriptor = openSync(file, 'r+')
  return {
    note: (lastNumber) => void writeSync(descriptor, digits(lastNumber), 0, 'latin1'),
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
        const info = JSON.parse(text.slice(DIGITS)) as RecorderInfo
        return [{ info, lastNumber: Number(text.slice(0, DIGITS)) }]
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

const DIGITS = 16

function digits(number: number): string {
  return String(number).padStart(DIGITS, '0')
}

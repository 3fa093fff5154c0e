import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { uptime } from 'node:os'
import path from 'node:path'
import type { AttemptResult, Driving, RunAlias } from '../../journal/runs.ts'
import type { Micros } from '../../journal/entry.ts'
import { openText, sealText } from '../../journal/sealed-text.ts'
import type { Secrets, StoredValue } from '../../journal/secrets.ts'

// What a run has sent, and what came of it, as a file of its process: a line before each request and
// one after its answer, those of one turn of the event loop in one write. It is not synced. It survives a kill of the process, which is what it is for:
// the journal knows which requests may have gone out, for a whole page of them at a time, and a run
// that is resumed learns from here which of them did. After a kill of the machine, or elsewhere,
// nobody knows, and all of them are in doubt.

export interface LedgerEnd {
  position: number
  result: Omit<AttemptResult, 'answer'>
  sentAt: Micros
  endedAt: Micros
  aliases: readonly RunAlias[]
}

/** What was read of a ledger. */
export interface Remembered {
  /** Positions whose requests may have gone out. */
  begun: ReadonlySet<number>
  ended: ReadonlyMap<number, LedgerEnd>
}

/** Once it is longer, in bytes, and twice what must be kept, what the journal has is taken out of it. */
const LONG = 1024 * 1024

export class Ledger {
  readonly #file: string
  readonly #secrets: Secrets
  #fd: number
  #length: number
  #limit = LONG
  #unwritten = ''
  #writing: Promise<void> | null = null
  /** The last line of each position whose end the journal does not have. */
  readonly #live = new Map<number, string>()

  constructor(folder: string, driving: Driving, secrets: Secrets) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = fileOf(folder, driving.run, driving.driver)
    this.#secrets = secrets
    this.#fd = openSync(this.#file, 'w', 0o600)
    this.#length = writeSync(this.#fd, bootLine())
  }

  /** Resolves when the request may go out. Rejects with what the file system says. */
  begin(position: number): Promise<void> {
    return this.#note(position, `{"begun":${position}}\n`)
  }

  end({ position, result, sentAt, endedAt, aliases }: LedgerEnd): void {
    const { outcome, detail, differences, uses } = result
    const ended = { position, result: { outcome, detail, differences, uses }, sentAt, endedAt }
    const kept = aliases.map((alias) => sealed(alias, this.#secrets))
    // Where it cannot be written, it is in doubt until the journal has it.
    this.#note(position, `${JSON.stringify({ ended, aliases: kept })}\n`).catch(() => {})
  }

  /** The journal has what came of these. */
  noted(positions: readonly number[]): void {
    for (const position of positions) this.#live.delete(position)
    if (this.#length < this.#limit) return
    const next = `${this.#file}.next`
    const fd = openSync(next, 'w', 0o600)
    this.#length = writeSync(fd, bootLine() + [...this.#live.values()].join(''))
    this.#unwritten = ''
    this.#limit = Math.max(LONG, 2 * this.#length)
    renameSync(next, this.#file)
    closeSync(this.#fd)
    this.#fd = fd
  }

  /** The run has ended in order: nothing has to be remembered. */
  remove(): void {
    this.#unwritten = ''
    closeSync(this.#fd)
    rmSync(this.#file, { force: true })
  }

  /** The journal could not be told: what is in it stays for whoever resumes the run. */
  leave(): void {
    try {
      this.#write()
    } catch {
      // What broke the run is told; what stands here no more is in doubt.
    }
    closeSync(this.#fd)
  }

  #note(position: number, line: string): Promise<void> {
    this.#live.set(position, line)
    this.#unwritten += line
    return (this.#writing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#writing = null
        try {
          this.#write()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    }))
  }

  #write(): void {
    const lines = this.#unwritten
    this.#unwritten = ''
    if (lines !== '') this.#length += writeSync(this.#fd, lines)
  }
}

/** What the ledger of a process that drove a run says; null: there is none that can be believed. */
export function readLedger(
  folder: string,
  run: number,
  driver: string,
  secrets: Secrets,
): Remembered | null {
  let text: string
  try {
    text = readFileSync(fileOf(folder, run, driver), 'utf8')
  } catch {
    return null
  }
  // A line that was cut is one of a write that never came to its end: nothing followed from it.
  const [boot, ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  if (`${boot}\n` !== bootLine()) return null
  const begun = new Set<number>()
  const ended = new Map<number, LedgerEnd>()
  for (const line of lines) {
    if (line === '') continue
    const said = JSON.parse(line) as Line
    if ('begun' in said) begun.add(said.begun)
    else {
      const aliases = said.aliases.flatMap((alias) => opened(alias, secrets))
      ended.set(said.ended.position, { ...said.ended, aliases })
    }
  }
  return { begun, ended }
}

export function removeLedger(folder: string, run: number, driver: string): void {
  rmSync(fileOf(folder, run, driver), { force: true })
}

type Line = { begun: number } | { ended: Omit<LedgerEnd, 'aliases'>; aliases: SealedAlias[] }

type SealedAlias = Omit<RunAlias, 'old' | 'new'> & { old: StoredValue; new: StoredValue }

function sealed(alias: RunAlias, secrets: Secrets): SealedAlias {
  if (alias.secrecy === 'plain') return alias
  return { ...alias, old: sealText(secrets, alias.old), new: sealText(secrets, alias.new) }
}

function opened(alias: SealedAlias, secrets: Secrets): RunAlias[] {
  const old = openText(secrets, alias.old)
  const now = openText(secrets, alias.new)
  return old === null || now === null ? [] : [{ ...alias, old, new: now }]
}

function fileOf(folder: string, run: number, driver: string): string {
  return path.join(folder, `run-${run}-${driver}.ledger`)
}

/** Which life of the machine it is of: what was not synced does not survive it. */
function bootLine(): string {
  return `${JSON.stringify({ boot: bootId() })}\n`
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // Elsewhere the moment of the boot tells, to the minute: the clock is corrected now and then.
    return String(Math.round((Date.now() / 1000 - uptime()) / 60))
  }
}

import type { NewChunk, NewRecord, Verdict } from '../../journal/entry.ts'
import { Exclusions } from '../exclusions.ts'
import type { Ticket } from '../identity.ts'
import { isSafe, type Exclusion } from '../policy.ts'
import type { EntryDraft, Numbered, NumberedDraft, TapeRecorder, Traces } from '../recorder.ts'

type Done = Parameters<TapeRecorder['record']>[3]

/**
 * Where tapes of exchanges end that are imported: it gives numbers as a recorder does, and gathers what is
 * to be appended. Nobody waits for it, so it says at once that all is durable.
 */
export class Desk implements TapeRecorder {
  readonly hasRoom = true
  readonly #recorder: string
  readonly #exclusions = new Exclusions()
  #records: NewRecord[] = []
  #lastNumber = 0
  #bytes = 0
  /** How many got which verdict, and how many none, and why. */
  readonly verdicts: Partial<Record<Verdict, number>> = {}
  readonly excluded: Partial<Record<Exclusion, number>> = {}

  constructor(recorder: string) {
    this.#recorder = recorder
  }

  get lastNumber(): number {
    return this.#lastNumber
  }

  get records(): number {
    return this.#records.length
  }

  get bytes(): number {
    return this.#bytes
  }

  next(): Ticket {
    return { recorder: this.#recorder, number: ++this.#lastNumber }
  }

  announce(_recorder: string, _intent: unknown, done: Done): void {
    done(null)
  }

  keep(_recorder: string, chunk: NewChunk, done: Done): void {
    this.#add({ kind: 'chunk', chunk }, chunk.bytes.length)
    done(null)
  }

  record(_recorder: string, draft: EntryDraft, _had: Traces, done: Done): void {
    this.#addEntry({ ...draft, make: () => draft.make() })
    done(null)
  }

  recordContext(given: Numbered | null, { bytes, make }: NumberedDraft): void {
    const entry = make((given?.ticket ?? this.next()).number)
    if (given === null && isSafe(entry.request.method)) this.#uncount('method')
    this.#addEntry({ bytes, make: () => entry })
  }

  skipContext(): void {}

  exclude(ticket: Ticket, reason: Exclusion, { chunks }: Traces): void {
    this.count(reason)
    this.#exclusions.add(ticket, reason, chunks > 0 ? 'begun' : 'none')
  }

  lose(ticket: Ticket, { chunks }: Traces): void {
    this.#exclusions.add(ticket, 'lost', chunks > 0 ? 'begun' : 'none')
  }

  /** Of what has no number: a read that nothing uses. */
  count(reason: Exclusion): void {
    this.excluded[reason] = (this.excluded[reason] ?? 0) + 1
  }

  #uncount(reason: Exclusion): void {
    const left = (this.excluded[reason] ?? 0) - 1
    if (left === 0) delete this.excluded[reason]
    else this.excluded[reason] = left
  }

  /** All that was gathered, in its order. */
  take(): NewRecord[] {
    for (const { unrecorded } of this.#exclusions.take())
      this.#add({ kind: 'unrecorded', unrecorded }, 0)
    const records = this.#records
    this.#records = []
    this.#bytes = 0
    return records
  }

  #addEntry({ bytes, make }: EntryDraft): void {
    const entry = make()
    this.verdicts[entry.verdict] = (this.verdicts[entry.verdict] ?? 0) + 1
    this.#add({ kind: 'entry', entry, had: 'nothing' }, bytes)
  }

  #add(record: NewRecord, bytes: number): void {
    this.#records.push(record)
    this.#bytes += bytes
  }
}

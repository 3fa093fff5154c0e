import { createHash, hash } from 'node:crypto'
import type { z } from 'zod'
import { keyId } from '../../secrets.ts'
import type { Side } from '../../entry.ts'
import type { FiledPiece, FiledRecorder, FileItem } from '../filed.ts'
import { damagedFile, invalidFile, sealedFile, type ReadOptions } from '../format.ts'
import { linesOf, type Line } from '../lines.ts'
import { filedEntry, filedPieceOf, filedShot, type Open } from './filed-of.ts'
import { endLine, entryLine, header, pieceLine, recorderLine, shotLine } from './line-shapes.ts'
import { placeOfEntry } from './places.ts'
import { fileOpener } from './sealing.ts'

/** Goes through a journal file; rejects with `file_invalid`, `file_damaged` or `file_sealed`. */
export async function* readReprise(
  bytes: AsyncIterable<Buffer>,
  options: ReadOptions,
): AsyncGenerator<FileItem> {
  const reading = new Reading(linesOf(bytes, options.name), options)
  await reading.begin()
  yield* reading.items()
}

const BY_HAND =
  'it was damaged, or changed by hand: take the file as it was exported, or say --digests ignore'

class Reading {
  readonly #lines: AsyncIterator<Line>
  readonly #options: ReadOptions
  readonly #name: string
  readonly #whole = createHash('sha256')
  readonly #open: Open
  readonly #recorders = new Map<number, FiledRecorder>()
  readonly #hosts = new Map<number, string>()
  #last = 0

  constructor(lines: AsyncIterator<Line>, options: ReadOptions) {
    this.#lines = lines
    this.#options = options
    this.#name = options.name
    const open = fileOpener(options.keys)
    this.#open = (place, sealed) => {
      const opened = open(place, sealed)
      if (opened === null && options.unopened === 'refuse') {
        throw this.#damaged(this.#last, 'a secret is not what was sealed there', BY_HAND)
      }
      return opened
    }
  }

  async begin(): Promise<void> {
    const line = await this.#next()
    if (line === null) throw this.#invalid(1, 'the file is empty')
    const value = line.text.startsWith('{"reprise":') ? jsonOf(line.text) : undefined
    const version = (value as { version?: unknown } | undefined)?.version
    if (value === undefined) throw this.#invalid(1, 'expected {"reprise":"journal", ...}')
    if (typeof version === 'number' && version > 1) {
      const hint = 'use the reprise that wrote it, or a newer one'
      throw invalidFile(this.#name, 1, `version ${version} is newer than this reprise`, hint)
    }
    const { secrets } = this.#shaped(header, value, line)
    this.#whole.update(line.bytes)
    this.#options.onSecrets?.(secrets === 'left out' ? 'left_out' : 'sealed')
    if (secrets === 'left out') return
    const isKnown = this.#options.keys.some((key) => keyId(key) === secrets.sealed)
    if (!isKnown && this.#options.unopened === 'refuse') {
      throw sealedFile(this.#name, secrets.sealed)
    }
  }

  async *items(): AsyncGenerator<FileItem> {
    let entries = 0
    for (;;) {
      const line = await this.#next()
      if (line === null) {
        if (this.#options.digests === 'ignore') return
        const hint = 'it was cut short: export it again, or take it from where it is whole'
        throw this.#damaged(this.#last, 'the file ends here, without its last line', hint)
      }
      const value = this.#valueOf(line)
      if (line.text.startsWith('{"end":')) {
        await this.#end(line, value, entries)
        return
      }
      this.#whole.update(line.bytes)
      if (line.text.startsWith('{"recorder":')) this.#meet(line, value)
      else if (line.text.startsWith('{"shot":')) {
        const { shot } = this.#shaped(shotLine, value, line)
        yield { kind: 'shot', line: line.number, shot: filedShot(shot, this.#open) }
      } else {
        entries++
        yield* this.#entry(line, value)
      }
    }
  }

  async *#entry(line: Line, value: unknown): AsyncGenerator<FileItem> {
    if (!line.text.startsWith('{"entry":')) {
      throw this.#invalid(line.number, 'expected an entry, a recorder, a shot or the end')
    }
    const shape = this.#shaped(entryLine, value, line)
    const recorder = this.#recorders.get(shape.entry.recorder)
    if (recorder === undefined) {
      throw this.#invalid(
        line.number,
        `no line before it tells of recorder ${shape.entry.recorder}`,
      )
    }
    const of = placeOfEntry({
      recorder,
      number: shape.entry.number,
      arrivedAt: shape.entry.arrived,
    })
    const awaited: AsyncGenerator<FiledPiece>[] = []
    const entry = filedEntry(shape, recorder, this.#open, (side, count) => {
      const pieces = this.#pieces(of, side, count, shape[side]?.body?.sha256 ?? null)
      awaited.push(pieces)
      return pieces
    })
    yield { kind: 'entry', line: line.number, entry }
    // Whoever had no use for them: they stand before what comes next.
    for (const pieces of awaited) while (!(await pieces.next()).done);
  }

  async *#pieces(
    of: string,
    side: Side,
    count: number,
    digest: string | null,
  ): AsyncGenerator<FiledPiece> {
    const body = createHash('sha256')
    for (let at = 0; at < count; at++) {
      const line = await this.#next()
      const hint = 'it was cut short: export it again, or take it from where it is whole'
      if (line === null) throw this.#damaged(this.#last, 'the body is not there whole', hint)
      const { piece } = this.#shaped(pieceLine, this.#valueOf(line), line)
      if (piece.of !== side || piece.at !== at) {
        throw this.#invalid(line.number, `expected piece ${at} of the ${side} body`)
      }
      this.#whole.update(line.bytes)
      const filed = filedPieceOf(piece, of, this.#open)
      body.update(filed.bytes)
      yield filed
    }
    if (digest !== null && body.digest('hex') !== digest && this.#options.digests === 'check') {
      throw this.#damaged(this.#last, `the ${side} body is not what its digest says`, BY_HAND)
    }
  }

  #meet(line: Line, value: unknown): void {
    const { no, id, host } = this.#shaped(recorderLine, value, line).recorder
    if (this.#recorders.has(no)) throw this.#invalid(line.number, `recorder ${no} is there already`)
    const hostId = this.#hosts.get(host) ?? `host of ${id}`
    this.#hosts.set(host, hostId)
    this.#recorders.set(no, { id, host: hostId })
  }

  async #end(line: Line, value: unknown, entries: number): Promise<void> {
    const { end } = this.#shaped(endLine, value, line)
    if (this.#options.digests === 'check') {
      if (end.entries !== entries) {
        const what = `there are ${entries} entries before it, and it tells of ${end.entries}`
        throw this.#damaged(line.number, what, BY_HAND)
      }
      if (end.sha256 !== this.#whole.digest('hex')) {
        throw this.#damaged(
          line.number,
          'the lines before it are not what its digest says',
          BY_HAND,
        )
      }
    }
    for (let after = await this.#next(); after !== null; after = await this.#next()) {
      if (after.text === '') continue
      throw this.#invalid(after.number, 'there is something behind the last line')
    }
  }

  async #next(): Promise<Line | null> {
    const next = await this.#lines.next()
    if (next.done === true) return null
    this.#last = next.value.number
    return next.value
  }

  /** Without its digest, which it is held against. */
  #valueOf({ text, number }: Line): unknown {
    const [tail, digest] = DIGEST.exec(text) ?? []
    const own = tail === undefined ? text : `${text.slice(0, -tail.length)}}`
    const value = jsonOf(own)
    if (value === undefined) throw this.#damaged(number, 'it is no JSON', BY_HAND)
    if (this.#options.digests === 'check' && digest !== hash('sha256', own)) {
      throw this.#damaged(number, 'the line is not what its digest says', BY_HAND)
    }
    return value
  }

  #shaped<T>(shape: z.ZodType<T>, value: unknown, { number }: Line): T {
    const { data, error } = shape.safeParse(value)
    if (data !== undefined) return data
    const [issue] = error!.issues
    throw this.#invalid(number, `${issue!.path.join('.')}: ${issue!.message}`)
  }

  #invalid(line: number, what: string) {
    const hint = 'see docs/journal-files.md for what a journal file holds'
    return invalidFile(this.#name, line, what, hint)
  }

  #damaged(line: number, what: string, hint: string) {
    return damagedFile(this.#name, line, what, hint)
  }
}

const DIGEST = /,"sha256":"([0-9a-f]{64})"\}$/

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

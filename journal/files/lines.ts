import { isUtf8 } from 'node:buffer'
import { damagedFile, invalidFile } from './format.ts'

export interface Line {
  /** From 1. */
  number: number
  text: string
  /** With the line break, where there is one. */
  bytes: Buffer
}

/** A body in one piece is in one line. */
const LONGEST = 256 * 1024 * 1024

/** The lines of a file, one after the other; `file` is its name for messages. */
export async function* linesOf(bytes: AsyncIterable<Buffer>, file: string): AsyncGenerator<Line> {
  let number = 0
  let waiting: Buffer[] = []
  let size = 0
  const take = (end: Buffer): Line => {
    const whole = waiting.length === 0 ? end : Buffer.concat([...waiting, end])
    waiting = []
    size = 0
    return lineOf(whole, ++number, file)
  }
  for await (const chunk of bytes) {
    let from = 0
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      yield take(chunk.subarray(from, at + 1))
      from = at + 1
    }
    if (from === chunk.length) continue
    waiting.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > LONGEST) {
      throw invalidFile(file, number + 1, 'the line is longer than 256 MiB', 'is this the file?')
    }
  }
  if (size > 0) yield take(Buffer.alloc(0))
}

const LF = 0x0a

function lineOf(bytes: Buffer, number: number, file: string): Line {
  const end = bytes.at(-1) === LF ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0
  const own = bytes.subarray(0, bytes.length - end)
  if (!isUtf8(own)) {
    const hint = 'it is no text: is this the file, and was it copied as it is?'
    throw damagedFile(file, number, 'there are bytes that are no UTF-8', hint)
  }
  // Git may have put in carriage returns; what is said is said of lines without them.
  return { number, text: own.toString('utf8'), bytes: Buffer.concat([own, BREAK]) }
}

const BREAK = Buffer.from('\n')

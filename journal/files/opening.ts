import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline as pipe, Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { codeOf, messageOf, Problem } from '../problem.ts'
import { damagedFile } from './format.ts'
import { wholeFile, type WholeFile } from './whole-file.ts'

/** By what a file shows that it is compressed, whatever it is called (RFC 1952). */
const GZIP = Buffer.from([0x1f, 0x8b])

/** The bytes of a file, unpacked where it is packed. Rejects with `file_unusable` or `file_damaged`. */
export async function* bytesOfFile(file: string): AsyncGenerator<Buffer> {
  const source: Readable = createReadStream(file)
  try {
    yield* unpacked(source, file)
  } catch (error) {
    throw problemOf(error, file)
  } finally {
    source.destroy()
  }
}

/** The same of what is piped in, `name` being what messages call it. */
export async function* unpacked(source: Readable, name: string): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done === true) return
  const all = (async function* () {
    yield first.value
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return
      yield next.value
    }
  })()
  if (!first.value.subarray(0, 2).equals(GZIP)) {
    yield* all
    return
  }
  const gunzip = createGunzip()
  // Its errors come out where it is read.
  pipe(Readable.from(all), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    if (!(codeOf(error) ?? '').startsWith('Z_')) throw error
    const hint = 'it was cut short or damaged: take it from where it is whole'
    throw damagedFile(name, null, `it cannot be unpacked: ${messageOf(error)}`, hint)
  }
}

/** Writes a file, packed where its name ends with `.gz`. It is there whole, or as it was before. */
export async function writeFileOf(text: AsyncIterable<string>, file: string): Promise<void> {
  let whole: WholeFile | null = null
  let sink: Writable | null = null
  try {
    whole = wholeFile(file)
    const { path, mode, kind } = whole
    const packing = file.endsWith('.gz') ? [createGzip()] : []
    sink = createWriteStream(path, { mode, flush: kind === 'file' })
    await pipeline([Readable.from(inBlocks(text)), ...packing, sink])
    whole.done()
  } catch (error) {
    if (sink !== null) await closed(sink)
    whole?.drop()
    throw problemOf(error, file)
  }
}

/** Until then its file may still come to be: it is opened by and by. */
async function closed(sink: Writable): Promise<void> {
  if (!sink.closed) await new Promise((resolve) => sink.once('close', resolve))
}

/** Writes to what goes on after it, as standard output. */
export async function writeTo(text: AsyncIterable<string>, output: Writable): Promise<void> {
  for await (const block of inBlocks(text)) {
    if (!output.write(block)) await once(output, 'drain')
  }
}

const BLOCK = 64 * 1024

/** Lines together: each one alone costs as much again. */
async function* inBlocks(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let waiting: string[] = []
  let size = 0
  for await (const line of text) {
    waiting.push(line)
    size += line.length
    if (size < BLOCK) continue
    yield Buffer.from(waiting.join(''))
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.from(waiting.join(''))
}

function problemOf(error: unknown, file: string): unknown {
  if (!/^E[A-Z]+$/.test(codeOf(error) ?? '')) return error
  const why = codeOf(error) === 'ENOENT' ? 'there is no such file or folder' : messageOf(error)
  return new Problem('file_unusable', `${file}: ${why}`, {
    ...{ source: 'user', cause: error },
    hint: 'name a file that can be read, or a folder that can be written to',
  })
}

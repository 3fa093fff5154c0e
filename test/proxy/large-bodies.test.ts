import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import type { Journal, JournalWriter } from '../../journal/contract.ts'
import { Problem } from '../../journal/problem.ts'
import type { ProxyOptions, RunningProxy } from '../../proxy/proxy.ts'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import {
  recordedEntries,
  recordingOptions,
  startRecorder,
  useJournal,
} from '../support/recorder.ts'

const url = await createDatabase()

const MEGABYTE = 1024 * 1024
const SIZE = 20 * MEGABYTE

/** What everything in this process may take besides: proxy, journal, upstream and client. */
const MEMORY = 12 * MEGABYTE

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that differ all the way through, made while they are sent. */
function* pieces(length: number): Generator<Buffer> {
  const size = 64 * 1024
  for (let at = 0; at < length; at += size) {
    const piece = Buffer.alloc(Math.min(size, length - at), `${at} `)
    yield piece
  }
}

function digestOf(parts: Iterable<Buffer>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

async function digestOfAll(parts: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of parts) hash.update(part)
  return hash.digest('hex')
}

async function send(
  stream: NodeJS.WritableStream,
  length: number,
  each = () => Promise.resolve(),
): Promise<void> {
  for (const piece of pieces(length)) {
    await each()
    if (!stream.write(piece)) await once(stream, 'drain')
  }
  stream.end()
}

/** Answers with as many bytes as the path says, or with the digest of what came. */
async function streamingOrigin(): Promise<string> {
  const server = http.createServer((request, response) => {
    void digestOfAll(request).then((digest) => {
      const wanted = Number(request.url!.slice(1))
      if (wanted > 0) void send(response, wanted)
      else response.end(digest)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/**
 * Answers the digest of what came back, and by how much memory grew at most meanwhile. Garbage is
 * collected, which takes long, only where it makes a difference to what may have grown too much.
 */
async function exchange(proxy: RunningProxy, path: string, upload: number) {
  const before = await memoryInUse()
  let grown = 0
  const look = async () => {
    const withGarbage = process.memoryUsage().external - before
    const now = withGarbage < MEMORY ? withGarbage : (await memoryInUse()) - before
    grown = Math.max(grown, now)
  }
  const request = http.request(proxy.url + path, { method: 'POST' })
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>
  await send(request, upload, look)
  const [response] = await answered
  const hash = createHash('sha256')
  let text = ''
  for await (const part of response as AsyncIterable<Buffer>) {
    hash.update(part)
    if (text.length < 100) text += part.toString('latin1')
    await look()
  }
  return { digest: hash.digest('hex'), text, grown }
}

/** Of buffers. What was let go of is given back a moment after it was collected. */
async function memoryInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().external
}

async function start(stream: string, journal: JournalWriter, changes: Partial<ProxyOptions> = {}) {
  return startRecorder(await streamingOrigin(), journal, { stream, ...changes })
}

async function onlyEntry(journal: Journal, stream: string) {
  const entries = await recordedEntries(journal, stream)
  expect(entries).toHaveLength(1)
  return entries[0]!
}

test('an upload of 20 MB passes in constant memory, and is recorded whole, in pieces', async () => {
  const journal = useJournal(url)
  const proxy = await start('upload', journal)
  const { text, grown } = await exchange(proxy, '/', SIZE)
  const digest = digestOf(pieces(SIZE))
  expect(text).toBe(digest)
  expect(grown).toBeLessThan(MEMORY)
  const entry = await onlyEntry(journal, 'upload')
  expect(entry).toMatchObject({ requestLength: SIZE, requestCapture: 'complete' })
  expect(entry.requestChunks).toBeGreaterThan(20)
  expect(entry.requestBody).toEqual(Buffer.alloc(0))
  expect(entry.requestDigest).toBe(digest)
  expect(await digestOfAll(journal.body(entry, 'request'))).toBe(digest)
})

test('so does a download', async () => {
  const journal = useJournal(url)
  const proxy = await start('download', journal)
  const { digest, grown } = await exchange(proxy, `/${SIZE}`, 10)
  expect(digest).toBe(digestOf(pieces(SIZE)))
  expect(grown).toBeLessThan(MEMORY)
  const entry = await onlyEntry(journal, 'download')
  expect(entry).toMatchObject({ responseLength: SIZE, responseCapture: 'complete' })
  expect(entry.responseChunks).toBeGreaterThan(20)
  expect(await digestOfAll(journal.body(entry, 'response'))).toBe(digest)
})

test('and both ways through the spool, while the journal is away', async () => {
  const journal = useJournal(url)
  let isAway = false
  const gone = () =>
    Promise.reject(
      new Problem('journal_unreachable', 'gone', { source: 'journal', retryable: true }),
    )
  const proxy = await start(
    'spool',
    {
      ...journal,
      append: (...given) => (isAway ? gone() : journal.append(...given)),
      check: () => (isAway ? gone() : journal.check()),
    },
    { recording: recordingOptions({ spoolDir: emptyFolder(), spoolLimit: 128 * MEGABYTE }) },
  )
  isAway = true
  const size = 16 * MEGABYTE
  const { digest, grown } = await exchange(proxy, `/${size}`, size)
  expect(digest).toBe(digestOf(pieces(size)))
  expect(grown).toBeLessThan(MEMORY)
  expect(proxy.health()).toMatchObject({ state: 'spooling' })
  expect(proxy.health()!.spool!.bytes).toBeGreaterThan(2 * size)
  isAway = false
  await eventually(() => proxy.health()!.state === 'ok')
  const entry = await onlyEntry(journal, 'spool')
  for (const side of ['request', 'response'] as const) {
    expect(await digestOfAll(journal.body(entry, side))).toBe(digest)
  }
  expect(await journal.audit('spool')).toMatchObject([{ recorded: 1, damaged: [], gaps: [] }])
})

test('beyond the cap it passes whole, is recorded as far as the cap goes, and counted', async () => {
  const journal = useJournal(url)
  const maxBody = 2 * MEGABYTE + 5
  const proxy = await start('cap', journal, { maxBody })
  const { digest } = await exchange(proxy, `/${4 * MEGABYTE}`, 3 * MEGABYTE)
  expect(digest).toBe(digestOf(pieces(4 * MEGABYTE)))
  const entry = await onlyEntry(journal, 'cap')
  expect(entry).toMatchObject({
    ...{ requestLength: 3 * MEGABYTE, requestCapture: 'truncated' },
    ...{ responseLength: 4 * MEGABYTE, responseCapture: 'truncated' },
  })
  const kept = Buffer.concat([...pieces(3 * MEGABYTE)]).subarray(0, maxBody)
  for (const side of ['request', 'response'] as const) {
    expect(await digestOfAll(journal.body(entry, side))).toBe(digestOf([kept]))
  }
  expect(proxy.counts).toMatchObject({ recorded: 1, truncated: 1 })
})

test('an excluded one leaves no piece behind', async () => {
  const journal = useJournal(url)
  const origin = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(404).end('no'))
  })
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  onTestFinished(() => void origin.close())
  const proxy = await startRecorder(
    `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
    journal,
    { stream: 'excluded' },
  )
  expect((await exchange(proxy, '/', 2 * MEGABYTE)).text).toBe('no')
  await proxy.close(5_000)
  expect(await journal.audit('excluded')).toMatchObject([
    { recorded: 0, excluded: { status: 1 }, gaps: [] },
  ])
})

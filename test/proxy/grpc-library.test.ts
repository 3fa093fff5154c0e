import { once } from 'node:events'
import * as grpc from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { connectNotes, startNotes } from '../support/grpc-service.ts'
import {
  recordedEntries,
  recordingOptions,
  startRecorder,
  useJournal,
} from '../support/recorder.ts'
import { stubJournal } from '../support/stub-journal.ts'
import { replayed } from '../replayer/recording.ts'

// gRPC as its own library speaks it, on both sides of the proxy.

const database = await createDatabase()

async function stand(mode: 'off' | 'commit' | 'intent') {
  const service = await startNotes()
  const journal = stubJournal()
  const proxy = await startRecorder(service.url, mode === 'off' ? null : journal, {
    upstreamHttp2: 'on',
    ...(mode !== 'off' && { recording: recordingOptions({ durability: mode }) }),
  })
  return { service, journal, proxy, client: connectNotes(proxy.url) }
}

describe.each(['off', 'commit', 'intent'] as const)('recording %s', (mode) => {
  test('unary calls, with what is said beside them both ways', async () => {
    const { client, service, journal } = await stand(mode)
    const said = new grpc.Metadata()
    said.add('x-tag', 'a')
    said.add('x-tag', 'a')
    said.set('x-key-bin', Buffer.from([0, 254]))
    const { answer, status } = await client.add('x'.repeat(300_000), said)
    expect(answer).toBe('added 300000')
    expect(status.metadata.get('x-count')).toEqual(['1'])
    expect(status.metadata.get('x-raw-bin')).toEqual([Buffer.from([1, 255])])
    expect(service.metadata[0]!.get('x-tag').join()).toBe('a, a')
    expect(service.metadata[0]!.get('x-key-bin')).toEqual([Buffer.from([0, 254])])
    if (mode !== 'off') expect(await journal.stored(1)).toMatchObject([{ verdict: 'applied' }])
  })

  test('many at once', async () => {
    const { client, service, journal } = await stand(mode)
    const notes = Array.from({ length: 200 }, (_, i) => `note ${i}`)
    await Promise.all(notes.map((note) => client.add(note)))
    expect(service.notes.sort()).toEqual(notes.sort())
    if (mode !== 'off') await journal.stored(200)
  })

  test('streams of both sides', async () => {
    const { client, service, proxy } = await stand(mode)
    expect(await client.addMany(['a', 'b', 'c'])).toBe('3')
    expect(await client.list()).toEqual(['a', 'b', 'c'])
    const chat = client.chat()
    for (const word of ['one', 'two', 'three']) {
      chat.write(word)
      expect(await once(chat, 'data')).toEqual([`${word}!`])
    }
    chat.end()
    const [status] = (await once(chat, 'status')) as [grpc.StatusObject]
    expect(status.code).toBe(grpc.status.OK)
    expect(service.notes).toEqual(['a', 'b', 'c'])
    if (mode !== 'off') expect(proxy.counts).toMatchObject({ excluded: { grpc_stream: 3 } })
  })

  test('errors come as the service said them', async () => {
    const { client, journal, proxy } = await stand(mode)
    const { INVALID_ARGUMENT, INTERNAL } = grpc.status
    await expect(client.add('bad')).rejects.toMatchObject({
      ...{ code: INVALID_ARGUMENT, details: 'bad: é' },
    })
    await expect(client.add('broken')).rejects.toMatchObject({ code: INTERNAL, details: 'broken' })
    if (mode === 'off') return
    expect(await journal.stored(1)).toMatchObject([{ verdict: 'failed' }])
    expect(proxy.counts).toMatchObject({ excluded: { status: 1 } })
  })

  test('a call whose time runs out is in doubt', async () => {
    const { client, journal } = await stand(mode)
    const late = client.add('slow', new grpc.Metadata(), { deadline: Date.now() + 200 })
    await expect(late).rejects.toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED })
    if (mode === 'off') return
    expect(await journal.stored(1)).toMatchObject([{ verdict: 'in_doubt', delivery: 'whole' }])
  })

  test('a stream that the client cancels', async () => {
    const { client, proxy } = await stand(mode)
    const chat = client.chat()
    chat.on('error', () => {})
    chat.write('one')
    await once(chat, 'data')
    const ended = new Promise<grpc.StatusObject>((resolve) => chat.on('status', resolve))
    chat.cancel()
    const status = await ended
    expect(status.code).toBe(grpc.status.CANCELLED)
    if (mode !== 'off') expect(proxy.counts).toMatchObject({ excluded: { grpc_stream: 1 } })
  })
})

test('what cannot be reached is unavailable', async () => {
  const { url } = await startNotes()
  const nobody = new URL(url)
  nobody.port = '1'
  const proxy = await startRecorder(nobody.href, stubJournal(), { upstreamHttp2: 'on' })
  await expect(connectNotes(proxy.url).add('x')).rejects.toMatchObject({
    code: grpc.status.UNAVAILABLE,
  })
})

test('a replay of unary calls puts back the state of the service', async () => {
  const service = await startNotes()
  const journal = useJournal(database)
  const proxy = await startRecorder(service.url, journal, { upstreamHttp2: 'on' })
  const client = connectNotes(proxy.url)
  for (const note of ['one', 'two', 'x'.repeat(600_000)]) await client.add(note)
  await expect(client.add('bad')).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT })
  await client.list()
  const entries = await recordedEntries(journal)
  expect(entries.map(({ verdict }) => verdict)).toEqual(['applied', 'applied', 'applied'])
  expect(entries[0]!.responseTrailers!.slice(0, 2)).toEqual(['grpc-status', '0'])

  const fresh = await startNotes()
  const target = new URL(fresh.url)
  const summary = await replayed(journal, { stream: 'test' }, { target, http2: 'on' })
  expect(summary).toMatchObject({ state: 'done', outcomes: { same: 3 } })
  expect(fresh.notes).toEqual(service.notes)
})

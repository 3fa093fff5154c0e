import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { journal, replay } from '../../api/index.ts'
import { recording } from '../../api/testing/vitest.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'

const url = await createDatabase()
// The folder of temporary ones is removed with the run.
const folder = mkdtempSync(join(tmpdir(), 'reprise-files-'))
const database = { url, dataDir: join(folder, 'data') }
// Its folder is made with it.
const file = join(folder, 'recorded', 'shop.reprise.jsonl')
const fileKey = Buffer.alloc(32, 'file').toString('base64')

/** Sells everything at one price, under an id that it makes up, to whoever says the word. */
async function sell(price: number, word?: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isKnown = word === undefined || request.headers.authorization === word
      response.writeHead(isKnown ? 201 : 500, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ id: crypto.randomUUID(), total: price }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function streams(): Promise<string[]> {
  return (await useJournal(url).streams()).map(({ stream }) => stream)
}

const first = recording({ file, update: 'new', database })

test('what is recorded where there is no file yet goes to the file', async () => {
  const { url: to } = await first.record({ upstream: await sell(8) })
  for (const path of ['/a', '/b']) await fetch(to + path, { method: 'POST' })
  expect(await first.replay({ to: await sell(8) })).toBeAsRecorded()
  expect(readFileSync(file, 'utf8')).toMatch(/"target":"\/a".*\n.*"target":"\/b"/)
})

const second = recording({ file: pathToFileURL(file), update: 'none', database })

test('what is in the file is replayed, whatever is recorded beside it', async () => {
  const before = readFileSync(file, 'utf8')
  const { url: to } = await second.record({ upstream: await sell(9) })
  await fetch(`${to}/c`, { method: 'POST' })
  expect(await second.replay({ to: await sell(8) })).toBeAsRecorded()
  const run = await second.replay({ to: await sell(9) })
  expect(run).toMatchObject({ ok: false, planned: 2, accepted: 0 })
  expect(() => expect(run).toBeAsRecorded()).toThrow('POST /b: body /total: 8 -> 9')
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect(await streams()).toEqual(expect.not.arrayContaining([expect.stringMatching(/^shop /)]))
})

const third = recording({ file, update: 'all', database })

test('an update without anything recorded accepts the answers that differ', async () => {
  const ids = () => readFileSync(file, 'utf8').match(/"id\\":\\"[^"]+/g)
  const before = ids()
  const run = await third.replay({ to: await sell(9) })
  expect(run).toMatchObject({ ok: true, accepted: 2, outcomes: { differs: 2 } })
  expect(run).toBeAsRecorded()
  expect(await second.replay({ to: await sell(9) })).toBeAsRecorded()
  expect(ids()).toEqual(before)
})

test('an update with something recorded puts that there', async () => {
  const { url: to } = await third.record({ upstream: await sell(7) })
  await fetch(`${to}/new`, { method: 'POST' })
  expect(await third.replay({ to: await sell(7) })).toMatchObject({ ok: true, planned: 1 })
  expect(readFileSync(file, 'utf8')).not.toContain('"target":"/a"')
})

const missing = recording({ file: join(folder, 'none.jsonl'), update: 'none', database })

test('without a file it is said how to make one', async () => {
  await expect(missing.replay({ to: await sell(8) })).rejects.toMatchObject({
    ...{
      code: 'file_unusable',
      message: expect.stringContaining('record it with vitest -u') as string,
    },
  })
})

const secret = recording({ file: join(folder, 'secret.jsonl'), update: 'new', fileKey, database })

test('secrets are sealed in a file for which there is a key, and sent from there', async () => {
  const { url: to } = await secret.record({ upstream: await sell(8, 'Bearer sesame') })
  await fetch(to, { method: 'POST', headers: { authorization: 'Bearer sesame' } })
  const target = await sell(8, 'Bearer sesame')
  expect(await secret.replay({ to: target })).toBeAsRecorded()
  const sealed = join(folder, 'secret.jsonl')
  expect(readFileSync(sealed, 'utf8')).not.toContain('sesame')
  const from = { file: sealed, database }
  const refused = expect.objectContaining({ code: 'file_sealed' }) as Error
  await expect(replay({ from, to: target })).rejects.toEqual(refused)
  expect(await replay({ from: { ...from, fileKey }, to: target })).toMatchObject({ ok: true })
  const without = await replay({ from, to: target, settings: { secrets: 'omit' } })
  expect(without).toMatchObject({ ok: false, outcomes: { failed: 1 } })
  const losing = { from: { ...from, update: true }, to: target, settings: { secrets: 'omit' } }
  await expect(replay(losing)).rejects.toThrow('they would be gone from the file')
})

test('a file is replayed on a PostgreSQL of its own; a selection of a journal is written to one', async () => {
  const { stream } = second
  await using log = await journal({ database, stream })
  const some = join(folder, 'some.jsonl')
  const again = join(folder, 'again.jsonl')
  expect(await log.export(some, { filter: { methods: ['POST'] } })).toBe(1)
  await log.export(again, { filter: { methods: ['POST'] } })
  expect(readFileSync(again)).toEqual(readFileSync(some))
  const none = expect.objectContaining({ code: 'selection_empty' }) as Error
  await expect(log.export(some, { filter: { methods: ['PUT'] } })).rejects.toEqual(none)
  const wrong = { secrets: 'clear', fileKay: '' } as never
  await expect(log.export(some, wrong)).rejects.toThrow(/fileKay in export.*is fileKey meant/)
  const to = await sell(9)
  expect(await replay({ from: { file: pathToFileURL(some) }, to })).toMatchObject({
    ok: true,
    sent: 1,
  })
  writeFileSync(some, readFileSync(some).subarray(0, 900))
  const cut = expect.objectContaining({ code: 'file_damaged' }) as Error
  await expect(replay({ from: { file: some, database }, to })).rejects.toEqual(cut)
  const from = { file: some, fileKay: '' } as never
  await expect(replay({ from, to })).rejects.toThrow('is from.fileKey meant?')
  const nothing = { from: { file: new URL('http://a/b'), database }, to }
  await expect(replay(nothing)).rejects.toThrow(
    "expected a path or a URL with file:, got 'http://a/b'",
  )
  expect(() => recording({ file: 5 as never })).toThrow(
    "expected a path or a URL with file:, got '5'",
  )
})

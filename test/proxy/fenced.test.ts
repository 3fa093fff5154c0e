import { describe, expect, test } from 'vitest'
import { LEASE } from '../journal/entries.ts'
import { appendAll, enrolled, entriesOf, entryRecord, expectAudit } from '../journal/records.ts'
import { eventually, standBetween } from '../support/between.ts'
import { createDatabase, query } from '../support/database.ts'
import { upTo } from '../support/numbers.ts'
import { connectRaw, plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { recordingOptions, startRecorder, useJournal } from '../support/recorder.ts'
import { post, standWithSpool } from '../support/spooling.ts'

// A recorder that another one took for dead and closed: it was only slow, or cut off.

const url = await createDatabase()

const DURABILITIES = ['async', 'commit', 'intent'] as const

describe.each(DURABILITIES)('in %s a recorder that was closed', (durability) => {
  test('goes on under a new id; what waited is in the journal under the old one, once', async () => {
    const recording = recordingOptions({ durability })
    const { ask, journal, proxy } = await standBetween('on', undefined, { recording })
    const before = proxy.health()!.recorder
    await ask(post('/1'), /ok$/)
    journal.hold()
    const waiting = Promise.all([2, 3, 4].map((i) => ask(post(`/${i}`), /ok$/)))
    await eventually(() => proxy.counts!.forwarded === 4)
    journal.fence(before)
    journal.release()
    await waiting
    await journal.stored(4)
    const { recorder: after } = proxy.health()!
    expect(after).not.toBe(before)
    await ask(post('/5'), /ok$/)
    await journal.stored(5)
    const numbersOf = (owner: string) =>
      journal.batches
        .filter((_, i) => journal.owners[i] === owner)
        .flat()
        .flatMap((record) => (record.kind === 'entry' ? [record.entry.number] : []))
    expect(numbersOf(before).toSorted((a, b) => a - b)).toEqual(upTo(4))
    expect(numbersOf(after)).toEqual([1])
    expect(journal.ended).toEqual([{ id: before, lastNumber: 4, how: 'succeeded' }])
    expect(journal.enrolled.map(({ id }) => id)).toEqual([before, after])
    expect(proxy.counts).toMatchObject({ forwarded: 5, recorded: 5, lost: 0 })
  })

  test('while its entries were in the spool moves them as those of the old one, once', async () => {
    const { ask, journal, proxy } = await standWithSpool({ durability })
    const before = proxy.health()!.recorder
    journal.leave()
    for (const i of upTo(3)) await ask(post(`/${i}`), /ok$/)
    await eventually(() => proxy.health()!.waiting === 0)
    journal.fence(before)
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    expect(proxy.health()!.recorder).not.toBe(before)
    expect(new Set(journal.owners)).toEqual(new Set([before]))
    expect(journal.entries().map(({ number }) => number)).toEqual(upTo(3))
    expect(journal.ended).toEqual([{ id: before, lastNumber: 3, how: 'succeeded' }])
  })
})

test('an idle recorder that was closed learns it from its heartbeat', async () => {
  const recording = recordingOptions({ lease: 30 })
  const { ask, journal, proxy } = await standBetween('on', undefined, { recording })
  const before = proxy.health()!.recorder
  journal.fence(before)
  await eventually(() => proxy.health()!.recorder !== before)
  await ask(post('/1'), /ok$/)
  expect(journal.owners).toEqual([proxy.health()!.recorder])
  expect(proxy.problems).toEqual([
    'another recorder took this one for dead and closed it: it goes on under a new id',
  ])
})

/** A proxy on the real journal whose first mutation is upstream when another recorder closes it. */
async function closedInFlight(stream: string) {
  const journal = useJournal(url)
  const origin = await startRawOrigin(({ target }) =>
    target === '/slow' ? undefined : plainAnswer(),
  )
  const recording = recordingOptions({ durability: 'intent' })
  const proxy = await startRecorder(origin.url, journal, { stream, recording })
  const { recorder } = proxy.health()!
  const client = await connectRaw(proxy.url)
  client.write(post('/slow'))
  await origin.request(0)
  await query(
    url,
    `update reprise.recorder set lease_until = clock_timestamp() - interval '1 second' where id = $1`,
    [recorder],
  )
  const other = await enrolled(journal, { stream }, LEASE)
  expect(await journal.closeExpired(stream, other.id)).toEqual({
    recorders: [recorder],
    inDoubt: 1,
  })
  expect(await entriesOf(journal, stream)).toMatchObject([
    { verdict: 'in_doubt', cause: 'recorder_lost', requestBody: Buffer.from('hi') },
  ])
  const answer = (bytes: Buffer) => [...origin.sockets].forEach((socket) => socket.write(bytes))
  return { journal, proxy, client, answer, old: { stream, id: recorder }, other }
}

describe('a mutation that was upstream when its recorder was closed', () => {
  test('and is answered after it is known as answered, once', async () => {
    const { journal, proxy, client, answer, old, other } = await closedInFlight('answered')
    answer(plainAnswer('made', '201 Made'))
    await client.until(/made$/)
    await expectAudit(journal, old, {
      ...{ state: 'closed', lastNumber: 1, recorded: 1, inDoubt: 0, open: 0 },
      ...{ gaps: [], duplicates: [], damaged: [] },
    })
    expect(await entriesOf(journal, old.stream)).toMatchObject([
      { recorder: old.id, verdict: 'applied', status: 201, responseBody: Buffer.from('made') },
    ])
    const id = proxy.health()!.recorder
    expect(id).not.toBe(old.id)
    const next = await fetch(`${proxy.url}/next`, { method: 'POST' })
    expect(await next.text()).toBe('ok')
    await appendAll(journal, other, [entryRecord(1)])
    await expectAudit(journal, { stream: old.stream, id }, { recorded: 1, lastNumber: 1, gaps: [] })
  })

  test('and changed nothing, as its answer says, leaves no entry', async () => {
    const { journal, proxy, client, answer, old } = await closedInFlight('refused')
    answer(plainAnswer('none', '404 None'))
    await client.until(/none$/)
    await proxy.close(1_000)
    expect(await entriesOf(journal, old.stream)).toEqual([])
    await expectAudit(journal, old, {
      ...{ state: 'closed', lastNumber: 1, recorded: 0, inDoubt: 0, open: 0 },
      ...{ excluded: { status: 1 }, gaps: [], duplicates: [] },
    })
  })
})

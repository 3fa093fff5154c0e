import { describe, expect, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { upTo } from '../support/numbers.ts'
import { post, standWithSpool, type Spooling } from '../support/spooling.ts'

const targets = ({ journal }: Spooling) => journal.entries().map(({ request }) => request.target)

async function askAll({ ask }: Spooling, targets: readonly string[]): Promise<void> {
  for (const target of targets) await ask(post(target), /200 OK[^]*ok$/)
}

describe('while the journal is away', () => {
  test('mutations are answered through the spool; when it is back all are in it, once, in order', async () => {
    const stand = await standWithSpool()
    const { journal, proxy } = stand
    const sent = upTo(20).map((i) => `/${i}`)
    await askAll(stand, sent.slice(0, 5))
    journal.leave()
    await askAll(stand, sent.slice(5, 15))
    expect(targets(stand)).toEqual(sent.slice(0, 5))
    expect(proxy.health()).toMatchObject({
      ...{ state: 'spooling', journalProblem: 'gone', spoolProblem: null, waiting: 0 },
      spool: { records: 10 },
    })
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    await askAll(stand, sent.slice(15))
    expect(journal.entries().map(({ number }) => number)).toEqual(upTo(20))
    expect(targets(stand)).toEqual(sent)
    expect(proxy.health()).toMatchObject({ journalProblem: null, spool: { records: 0, bytes: 0 } })
    expect(proxy.counts).toMatchObject({ forwarded: 20, recorded: 20, lost: 0 })
  })

  test('what was under way is in the spool too, and nobody waits for longer than it may take', async () => {
    const stand = await standWithSpool({ slowCommit: 20, commitTimeout: 10_000 })
    const { ask, journal, proxy } = stand
    journal.hold()
    const first = ask(post('/stuck'), /ok$/)
    await journal.asked(1)
    const others = Promise.all(upTo(30).map((i) => ask(post(`/${i}`), /ok$/)))
    await first
    await others
    expect(journal.entries()).toEqual([])
    expect(proxy.problems.join('\n')).toMatch(/entries go to the spool.* said nothing for 20 ms/)
    journal.release()
    await eventually(() => proxy.health()!.state === 'ok')
    expect(targets(stand)[0]).toBe('/stuck')
    const numbers = journal.entries().map(({ number }) => number)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(31))
  })

  test('what comes while the spool is moved comes behind it', async () => {
    const stand = await standWithSpool({ slowCommit: 10_000 })
    const { ask, journal, proxy } = stand
    journal.leave()
    await askAll(stand, ['/1', '/2'])
    journal.hold()
    journal.comeBack()
    await journal.asked(2)
    const behind = ask(post('/3'), /ok$/)
    await eventually(() => proxy.health()!.waiting === 1)
    journal.release()
    await behind
    expect(targets(stand)).toEqual(['/1', '/2', '/3'])
    expect(proxy.health()).toMatchObject({ state: 'ok', spool: { records: 0 } })
  })

  test('a spool whose moving is stuck too does not hold up answers', async () => {
    const stand = await standWithSpool({ slowCommit: 20 })
    const { journal, proxy } = stand
    journal.leave()
    await askAll(stand, ['/1'])
    journal.hold()
    journal.comeBack()
    await journal.asked(2)
    await askAll(stand, ['/2', '/3'])
    expect(journal.entries()).toEqual([])
    journal.release()
    await eventually(() => proxy.health()!.state === 'ok')
    expect(targets(stand)).toEqual(['/1', '/2', '/3'])
  })

  test('an append that came through, though its answer was lost, is done again and changes nothing', async () => {
    const stand = await standWithSpool()
    const { journal, proxy } = stand
    journal.loseAnswer()
    await askAll(stand, ['/1', '/2'])
    expect(proxy.health()).toMatchObject({ state: 'spooling', spool: { records: 2 } })
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    expect(targets(stand)).toEqual(['/1', '/2'])
  })

  test('it is told that it goes and that it is back, once each', async () => {
    const stand = await standWithSpool()
    const { journal, proxy } = stand
    for (let outage = 0; outage < 2; outage++) {
      journal.breakOff()
      await askAll(stand, ['/1', '/2'])
      journal.comeBack()
      await eventually(() => proxy.health()!.state === 'ok')
    }
    const once = [
      'the journal is away, entries go to the spool until it is back: gone',
      'the journal is back',
    ]
    expect(proxy.problems).toEqual([...once, ...once])
  })
})

test('a record that nobody can store takes no other with it, and is noted as lost', async () => {
  const stand = await standWithSpool()
  const { journal, proxy } = stand
  journal.isPoison = ({ request }) => request.target === '/poison'
  journal.leave()
  await askAll(stand, ['/1', '/poison', '/3', '/4'])
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
  expect(targets(stand)).toEqual(['/1', '/3', '/4'])
  expect(proxy.problems.join('\n')).toMatch(/entry 2 is lost: poison/)
  await proxy.close(1_000)
  expect(journal.records('unrecorded')).toMatchObject([
    { unrecorded: { reason: 'lost', numbers: [2] } },
  ])
})

test.each(['async', 'commit', 'intent'] as const)(
  '%s: hundreds at once through an outage, each answered one in the journal once',
  async (durability) => {
    const stand = await standWithSpool({ durability, slowCommit: 10_000 })
    const { journal, proxy } = stand
    let answered = 0
    const clients = upTo(32).map(async (client) => {
      for (const i of upTo(20)) {
        const answer = await fetch(`${proxy.url}/${client}/${i}`, { method: 'POST', body: 'x' })
        if ((await answer.text()) === 'ok') answered++
        if (answered === 100) journal.breakOff()
        if (answered === 400) journal.comeBack()
      }
    })
    await Promise.all(clients)
    await eventually(() => proxy.health()!.state === 'ok' && proxy.health()!.waiting === 0)
    expect(answered).toBe(640)
    const numbers = journal.entries().map(({ number }) => number)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(640))
    expect(new Set(targets(stand)).size).toBe(640)
    expect(proxy.counts).toMatchObject({ forwarded: 640, recorded: 640, refused: 0, lost: 0 })
    await proxy.close(1_000)
  },
)

test('what waits in memory at the end goes to the spool, not to waste', async () => {
  const { connect, journal, proxy, restart } = await standWithSpool({ slowCommit: 60_000 })
  journal.hold()
  const client = await connect()
  client.write(post('/late'))
  await journal.asked(1)
  await proxy.close(50)
  expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 1, lost: 0 })
  journal.release()
  const again = await restart()
  await eventually(() => again.health()!.state === 'ok')
  expect(journal.entries().map(({ request }) => request.target)).toEqual(['/late'])
})

import { describe, expect, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { placedNumbers, upTo } from '../support/numbers.ts'
import { post, standWithSpool, type Spooling } from '../support/spooling.ts'

// The journal is away and the spool is full: mutations can be made durable nowhere.

/** Has room for several, and a reserve for what is under way. */
const SMALL = { spoolLimit: 40_000 }

const journaled = ({ journal }: Spooling) => journal.entries().map(({ request }) => request.target)

const forwarded = ({ origin }: Spooling) => origin.requests.map(({ target }) => target)

/** Mutations until the first that is not recorded; answers the targets of those that were. */
async function fill(stand: Spooling): Promise<string[]> {
  const recorded: string[] = []
  for (let i = 1; stand.proxy.health()!.state !== 'refusing'; i++) {
    if (stand.proxy.health()!.state === 'degraded') break
    await stand.ask(post(`/${i}`), /200 OK[^]*ok$/)
    recorded.push(`/${i}`)
  }
  return recorded
}

describe('where mutations are refused then', () => {
  test('503 comes before the upstream is touched; all that was answered is in the journal later', async () => {
    const stand = await standWithSpool(SMALL)
    const { ask, journal, proxy } = stand
    journal.leave()
    const recorded = await fill(stand)
    expect(recorded.length).toBeGreaterThan(5)
    const refused = await Promise.all(upTo(5).map((i) => ask(post(`/no/${i}`), /\}\n$/)))
    for (const answer of refused) {
      expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*\r\nRetry-After: 1\r\n/)
    }
    await ask('GET /read HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
    expect(forwarded(stand)).toEqual([...recorded, '/read'])
    expect(proxy.health()!.spool!.bytes).toBeLessThanOrEqual(SMALL.spoolLimit)
    expect(proxy.counts).toMatchObject({ forwarded: recorded.length, refused: 5, lost: 0 })
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    await ask(post('/after'), /ok$/)
    expect(journaled(stand)).toEqual([...recorded, '/after'])
    expect(placedNumbers(journal)).toEqual(upTo(recorded.length + 1))
  })

  test('what was let in and finds no room is cut off in time, and kept', async () => {
    const stand = await standWithSpool({ spoolLimit: 1, commitTimeout: 30 })
    const { ask, connect, journal, origin, proxy } = stand
    journal.leave()
    const client = await connect()
    client.write(post('/first'))
    expect(await client.closed()).toEqual({ how: 'reset', text: '' })
    expect(await ask(post('/second'), /\}\n$/)).toMatch(/^HTTP\/1\.1 503 /)
    expect(origin.requests).toHaveLength(1)
    expect(proxy.health()).toMatchObject({ state: 'refusing', waiting: 1 })
    expect(proxy.health()!.spoolProblem).toMatch(/the spool is full \(1 bytes\)/)
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    await journal.stored(1)
    await ask(post('/third'), /ok$/)
    expect(journaled(stand)).toEqual(['/first', '/third'])
  })
})

describe('where they are let pass then', () => {
  test('they are forwarded, answered, counted as lost and noted as such', async () => {
    const stand = await standWithSpool({ ...SMALL, whenUnrecordable: 'pass' })
    const { ask, journal, proxy } = stand
    journal.leave()
    const recorded = await fill(stand)
    expect(proxy.health()!.state).toBe('degraded')
    const lost = upTo(7).map((i) => `/lost/${i}`)
    for (const target of lost) await ask(post(target), /200 OK[^]*ok$/)
    expect(forwarded(stand)).toEqual([...recorded, ...lost])
    expect(proxy.counts).toMatchObject({ lost: 7, refused: 0, recorded: recorded.length })
    expect(proxy.problems.join('\n')).toMatch(/forwarded unrecorded and are lost/)
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    await ask(post('/after'), /ok$/)
    await proxy.close(1_000)
    expect(journaled(stand)).toEqual([...recorded, '/after'])
    const notes = journal.records('unrecorded').map(({ unrecorded }) => unrecorded)
    expect(new Set(notes.map(({ reason }) => reason))).toEqual(new Set(['lost']))
    expect(placedNumbers(journal)).toEqual(upTo(recorded.length + 7 + 1))
  })

  test('without a spool it is the same', async () => {
    const stand = await standWithSpool({ spoolLimit: 0, whenUnrecordable: 'pass' })
    const { ask, journal, proxy } = stand
    journal.breakOff()
    expect(proxy.health()).toMatchObject({ state: 'degraded', spool: null })
    await ask(post('/lost'), /ok$/)
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    await proxy.close(1_000)
    expect(journal.records('unrecorded')).toMatchObject([
      { unrecorded: { reason: 'lost', numbers: [1], begun: [] } },
    ])
  })
})

import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Exclusions } from '../../proxy/exclusions.ts'
import { Identity } from '../../proxy/identity.ts'
import { beginLedger, forgetLedger, readLedgers } from '../../proxy/ledger.ts'
import { recorderOf } from '../journal/entries.ts'
import { eventually } from '../support/between.ts'
import { emptyFolder } from '../support/folder.ts'
import { placedNumbers, upTo } from '../support/numbers.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { post, standWithSpool } from '../support/spooling.ts'
import { limits } from '../support/recorder.ts'

describe('a ledger', () => {
  test('holds the highest number and who gave it, from its beginning on', () => {
    const folder = emptyFolder()
    const info = recorderOf('a stream', { target: 'http://\u00e9.example' })
    const ledger = beginLedger(folder, info)
    expect(readLedgers(folder)).toEqual([{ info, lastNumber: 0, spooled: 0, moved: 0 }])
    for (const lastNumber of [1, 42, Number.MAX_SAFE_INTEGER]) {
      ledger.note({ lastNumber, spooled: 7, moved: 5 })
      expect(readLedgers(folder)).toEqual([{ info, lastNumber, spooled: 7, moved: 5 }])
    }
    expect(readFileSync(join(folder, `ledger.${info.id}`), 'utf8')).toMatch(
      /^9007199254740991 0{15}7 0{15}5 \{/,
    )
    ledger.close()
  })

  test('is one of several, and goes when it is forgotten', () => {
    const folder = emptyFolder()
    const [one, two] = [recorderOf('a'), recorderOf('a')]
    for (const info of [one, two]) beginLedger(folder, info).close()
    forgetLedger(folder, one.id)
    forgetLedger(folder, one.id)
    expect(readLedgers(folder)).toEqual([{ info: two, lastNumber: 0, spooled: 0, moved: 0 }])
  })

  test.for(['', '0000000000000000', '0000000000000000 {"id":', 'anything'])(
    'that was never finished (%j) is nobody’s',
    (text) => {
      const folder = emptyFolder()
      writeFileSync(join(folder, 'ledger.x'), text)
      expect(readLedgers(folder)).toEqual([])
    },
  )
})

describe('an identity', () => {
  test('gives numbers from 1, and has noted the highest when the turn is over', async () => {
    const folder = emptyFolder()
    const identity = new Identity(recorderOf('a'), folder, () => {})
    expect(upTo(5).map(() => identity.next())).toEqual(
      upTo(5).map((number) => ({ recorder: identity.id, number })),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(readLedgers(folder)).toEqual([
      { info: identity.info, lastNumber: 5, spooled: 0, moved: 0 },
    ])
    identity.next()
    identity.close()
    expect(readLedgers(folder)).toMatchObject([{ lastNumber: 6 }])
  })

  test('that goes on as another begins at 1 again, and leaves the ledger of the one before', () => {
    const folder = emptyFolder()
    const identity = new Identity(recorderOf('a'), folder, () => {})
    const before = identity.info
    identity.next()
    identity.next()
    expect(identity.succeed(7)).toEqual({ id: before.id, lastNumber: 2 })
    expect(identity.info).toEqual({ ...before, id: identity.id, startedAt: 7 })
    expect(identity.next()).toEqual({ recorder: identity.id, number: 1 })
    identity.close()
    const lastNumbers = new Map(
      readLedgers(folder).map(({ info, lastNumber }) => [info.id, lastNumber]),
    )
    expect(lastNumbers).toEqual(
      new Map([
        [before.id, 2],
        [identity.id, 1],
      ]),
    )
  })
})

test('an identity whose ledger cannot be kept says so, and gives numbers all the same', () => {
  const problems: unknown[] = []
  const folder = join(emptyFolder(), 'missing')
  const identity = new Identity(recorderOf('a'), folder, (error) => problems.push(error))
  expect(identity.next().number).toBe(1)
  const { id } = identity
  expect(identity.succeed(7)).toEqual({ id, lastNumber: 1 })
  expect(identity.next().number).toBe(1)
  identity.close()
  expect(problems).toMatchObject([{ code: 'ENOENT' }, { code: 'ENOENT' }])
})

test('numbers without an entry are gathered by recorder and reason, each once, in order', () => {
  const ticket = fc.record({ recorder: fc.constantFrom('a', 'b'), number: fc.integer({ min: 1 }) })
  const one = fc.tuple(ticket, fc.constantFrom('status', 'path'), fc.constantFrom('begun', 'none'))
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ([{ number }]) => number }), (added) => {
      const exclusions = new Exclusions()
      for (const [ticket, reason, traces] of added) exclusions.add(ticket, reason, traces)
      const taken = exclusions.take()
      const numbers = taken.flatMap(({ unrecorded }) => unrecorded.numbers)
      expect(numbers).toHaveLength(added.length)
      for (const [{ recorder, number }, reason, traces] of added) {
        const group = taken.find(
          (one) => one.recorder === recorder && one.unrecorded.reason === reason,
        )
        expect(group!.unrecorded.numbers).toContain(number)
        expect(group!.unrecorded.begun.includes(number)).toBe(traces === 'begun')
      }
      for (const { unrecorded } of taken) {
        expect(unrecorded.numbers).toEqual(unrecorded.numbers.toSorted((a, b) => a - b))
      }
      expect(exclusions.take()).toEqual([])
    }),
  )
})

const KINDS = ['/ok', '/500', '/404', '/reset', '/cut', '/left-out', '/?save=0', '/hang']

test.each(['async', 'commit', 'intent'] as const)(
  'in %s every forwarded mutation has its number in one place, through an outage and a restart',
  async (durability) => {
    const stand = await standWithSpool(
      { durability, slowCommit: 10_000 },
      ({ target }, socket) => {
        if (target.startsWith('/hang')) return undefined
        if (target.startsWith('/reset')) return void socket.resetAndDestroy()
        if (target.startsWith('/cut')) {
          return void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx')
        }
        const status = /^\/(404|500)/.exec(target)?.[1] ?? '200'
        return plainAnswer('ok', `${status} Odd`)
      },
      { limits: limits({ answer: 400 }) },
    )
    const { connect, journal, proxy, spoolDir } = stand
    const send = async (count: number) => {
      const clients = upTo(count).map(async (i) => {
        const client = await connect()
        const bytes = post(KINDS[i % KINDS.length])
        client.write(bytes.replace('Host: a', 'Host: a\r\nConnection: close'))
        await client.closed()
      })
      await Promise.all(clients)
    }
    await send(40)
    journal.breakOff()
    await send(40)
    journal.comeBack()
    await eventually(() => proxy.health()!.state === 'ok')
    await send(40)
    const { recorder } = proxy.health()!
    const ledger = readLedgers(join(spoolDir, 'test', '0'))
    expect(ledger).toMatchObject([{ info: { id: recorder, durability }, lastNumber: 120 }])
    await proxy.close(5_000)
    expect(placedNumbers(journal)).toEqual(upTo(120))
    const { forwarded, recorded, inDoubt, lost, excluded } = proxy.counts!
    const left = Object.values(excluded).reduce((sum, n) => sum + n, 0)
    expect([forwarded, recorded + inDoubt + lost + left, lost]).toEqual([120, 120, 0])
    expect(recorded + inDoubt).toBe(journal.entries().length)
    expect(journal.ended).toEqual([{ id: recorder, lastNumber: 120, how: 'retired' }])
    expect(readdirSync(join(spoolDir, 'test', '0')).toSorted()).toEqual(['journal', 'store'])
  },
)

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { factorySign, parseBootSign } from '../../../backend/boot-sign.ts'
import type { Actor } from '../../../journal/deed.ts'
import { openByHand, restoreByHand, sayLost } from '../../../replayer/restoring/by-hand.ts'
import { CLAIM_LEASE } from '../../../replayer/restoring/holding.ts'
import { restoreEpoch, type RestoreOptions } from '../../../replayer/restoring/restore.ts'
import { startRestorer } from '../../../replayer/restoring/restorer.ts'
import { enrolled } from '../../journal/records.ts'
import { eventually } from '../../support/between.ts'
import { createDatabase } from '../../support/database.ts'
import { startHttp2Origin } from '../../support/http2-origin.ts'
import { emptyFolder } from '../../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { record, SENDING } from '../recording.ts'

const database = await createDatabase()
const SIGN = parseBootSign('/boot json /id', 'id')
const NO_RETRIES = { retries: 0, idempotent: 'never', maxBackoff: 0 } as const
const SENT_ONCE = { ...SENDING, sending: { ...SENDING.sending, retry: NO_RETRIES } }
const LOOKS = new Set(['/boot', '/state'])
const ACTOR: Actor = { who: 'tester', role: null, means: 'machine', address: null }

/** A stream of three entries whose backend was lost, and what restores it. */
async function stand(changes: Partial<RestoreOptions> = {}) {
  const life = {
    ...{ boot: 'b', status: '201 Made', onRequest: (_target: string) => {} },
    /** How it is asked which life it is. */
    onBoot: (_socket: Socket) => {},
    ...{ state: '[]', fields: '' },
  }
  const origin = await startRawOrigin(({ target }, socket) => {
    if (target === '/boot') life.onBoot(socket)
    if (target === '/state') return plainAnswer(life.state)
    if (target === '/boot') return plainAnswer(`{"id":"${life.boot}"}`)
    life.onRequest(target)
    return life.status === 'none' ? undefined : plainAnswer('', life.status, life.fields)
  })
  const journal = useJournal(database)
  const stream = randomUUID()
  const entries = [{ target: '/1' }, { target: '/2' }, { target: '/3' }]
  await record(journal, stream, entries, origin.url)
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  const said: string[] = []
  const options: RestoreOptions = {
    ...{ journal, target: new URL(origin.url), signs: [SIGN], timeout: 20_000, actor: ACTOR },
    ...{
      inDoubt: 'skip',
      inFlight: 'stop',
      differs: 'open',
      failed: 'shut',
      tries: 3,
      proving: null,
      resetting: null,
      sending: SENDING,
    },
    say: (message) => said.push(message),
    ...changes,
  }
  const claimed = async () => (await journal.claimEpoch(stream, 'test', CLAIM_LEASE, 'restoring'))!
  const restore = async (signal = new AbortController().signal) => {
    const { claim, epoch } = await claimed()
    return restoreEpoch(claim, epoch, options, signal)
  }
  const got = () => origin.requests.map(({ target }) => target).filter((one) => !LOOKS.has(one))
  return { life, origin, journal, stream, options, claimed, restore, got, said }
}

test('what was recorded is sent, and the epoch opened', async () => {
  const { journal, stream, restore, got } = await stand()
  expect(await restore()).toMatchObject({
    phase: 'open',
    outcome: 'restored',
    detail: '3 requests',
  })
  expect(got()).toEqual(['/1', '/2', '/3'])
  const epoch = await journal.epoch(stream)
  expect(epoch).toMatchObject({ number: 2, phase: 'open', outcome: 'restored' })
  expect((await journal.run(epoch!.run!)).state).toBe('done')
})

test('answers that differ open it or not, as was chosen', async () => {
  for (const [differs, phase] of [
    ['open', 'open'],
    ['shut', 'failed'],
  ] as const) {
    const { life, restore } = await stand({ differs })
    life.status = '200 OK'
    expect(await restore()).toMatchObject({ phase, outcome: 'differs' })
  }
})

test('a request that fails ends it, and says where', async () => {
  const { life, journal, stream, restore, got } = await stand()
  life.status = '500 Oops'
  const ending = await restore()
  expect(ending).toMatchObject({ phase: 'failed', outcome: 'failed' })
  expect(await journal.epoch(stream)).toMatchObject({
    detail: expect.stringMatching(
      /^run \d+ stopped at entry \d+, POST: answered 500, recorded 201$/,
    ),
  })
  expect(got()).toEqual(['/1'])
})

test('what could not be delivered is sent when it can be: nothing of it is left out', async () => {
  const { life, restore, got } = await stand({ sending: SENT_ONCE })
  let asked = 0
  // It is looked at before and behind each connection; the first two break before anything is sent on them.
  life.onBoot = (socket) => void ([2, 5].includes(++asked) && socket.resetAndDestroy())
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got()).toEqual(['/1', '/2', '/3'])
})

test('where nothing can be delivered, again and again, it has failed', async () => {
  const { life, restore, got } = await stand({ tries: 2, sending: SENT_ONCE })
  let asked = 0
  life.onBoot = (socket) => void (++asked % 3 === 2 && socket.resetAndDestroy())
  const ending = await restore()
  expect(ending).toMatchObject({ phase: 'failed', outcome: 'failed' })
  expect(ending).toMatchObject({ detail: expect.stringContaining('not delivered') as string })
  expect(got()).toEqual([])
})

test('one that failed may let clients in, by policy, and is tried again all the same', async () => {
  const { life, journal, stream, options, restore, got } = await stand({ failed: 'open' })
  life.status = '500 Oops'
  expect(await restore()).toMatchObject({ phase: 'open', outcome: 'failed' })
  expect(await journal.epoch(stream)).toMatchObject({ phase: 'open', outcome: 'failed' })
  expect(await journal.claimEpoch(stream, 'test', CLAIM_LEASE, 'restoring')).toBeNull()
  life.status = '201 Made'
  const again = await restoreByHand(options, stream, 'test', new AbortController().signal)
  const whole = { outcome: 'restored', detail: '3 requests' }
  expect(again).toMatchObject({ epoch: { number: 2 }, restored: whole })
  expect(got()).toEqual(['/1', '/1', '/2', '/3'])
})

/** Of a backend that shows nothing but whether it has state: some, behind the first request. */
const STATE = factorySign('/state', Buffer.from('[]'))

/** It takes no connection behind the second request, until its run has broken off. */
async function awayHalfway(signs: RestoreOptions['signs'], stateBack: string) {
  const stage = await stand({ signs })
  const { life, origin, journal, stream, restore } = stage
  life.fields = 'Connection: close\r\n'
  life.onRequest = (target) => {
    if (target === '/1') life.state = '[1]'
    if (target !== '/2') return
    life.onRequest = () => {}
    // Behind its answer: the next request finds nobody.
    setImmediate(() => void origin.close())
  }
  const restoring = restore()
  await eventually(async () => {
    const { run } = (await journal.epoch(stream))!
    return run !== null && (await journal.run(run)).state === 'stopped'
  })
  life.state = stateBack
  await origin.reopen()
  return { ...stage, restored: await restoring }
}

test.for([
  ['without a sign', []],
  ['that shows no state then', [STATE]],
] as const)('one %s that took no connection is another life when it is back', async ([, signs]) => {
  const { restored, journal, stream, restore, got } = await awayHalfway(signs, '[]')
  expect(restored).toBe('over')
  expect(await journal.epoch(stream)).toMatchObject({
    ...{ number: 3, phase: 'restoring', sign: 'it was away during its restore' },
  })
  expect(got().filter((target) => target !== '/')).toEqual(['/1', '/2'])
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
})

test('one that still has its state then is gone on with', async () => {
  const { restored, got } = await awayHalfway([STATE], '[1,2]')
  expect(restored).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got()).toEqual(['/1', '/2', '/3'])
})

test('one that has no state again, halfway, is not taken for restored: by that sign alone it has failed', async () => {
  const { life, restore, got } = await stand({ signs: [STATE], sending: SENT_ONCE })
  life.fields = 'Connection: close\r\n'
  // It is started again behind the second, and takes connections all the time.
  life.onRequest = (target) => (life.state = target === '/1' ? '[1]' : '[]')
  expect(await restore()).toMatchObject({
    ...{ phase: 'failed', outcome: 'failed' },
    detail: expect.stringContaining('another life of it answers') as string,
  })
  expect(got()).toEqual(['/1', '/2'])
})

test('with a boot id beside it that is another life, which is restored from the start', async () => {
  const { life, restore, got, journal, stream } = await stand({ signs: [SIGN, STATE] })
  life.fields = 'Connection: close\r\n'
  life.onRequest = (target) => {
    life.state = '[1]'
    if (target === '/2') Object.assign(life, { boot: 'c', state: '[]', onRequest: () => {} })
  }
  expect(await restore()).toBe('over')
  expect(await journal.epoch(stream)).toMatchObject({
    ...{ number: 3, phase: 'restoring', boot: '{"id":"c","factory":"factory state"}' },
  })
  expect(got()).toEqual(['/1', '/2'])
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
})

test('a claim is kept no longer than the restore, also where the backend is lost again meanwhile', async () => {
  const { life, restore } = await stand()
  life.fields = 'Connection: close\r\n'
  life.onRequest = (target) => void (target === '/2' && (life.boot = 'c'))
  const [begun, ended] = [
    vi.spyOn(globalThis, 'setInterval'),
    vi.spyOn(globalThis, 'clearInterval'),
  ]
  onTestFinished(() => void vi.restoreAllMocks())
  expect(await restore()).toBe('over')
  const keeping = begun.mock.results.filter((_, i) => begun.mock.calls[i]![1] === CLAIM_LEASE / 5)
  expect(keeping).toHaveLength(1)
  expect(ended.mock.calls.map(([timer]) => timer)).toContain(keeping[0]!.value)
})

test('a backend that speaks HTTP/2 alone is restored, and looked at when that is done', async () => {
  const life = { boot: 'b', onRequest: (_path: string) => {} }
  const got: string[] = []
  const http2 = await startHttp2Origin(({ stream, fields }) => {
    const path = fields[fields.indexOf(':path') + 1]!
    const isLook = path === '/boot'
    if (!isLook) {
      got.push(path)
      life.onRequest(path)
    }
    stream.respond({ ':status': isLook ? 200 : 201 })
    stream.end(isLook ? JSON.stringify({ id: life.boot }) : '')
  })
  const sending = { ...SENDING, http2: 'on' } as const
  const { journal, stream, restore } = await stand({ target: new URL(http2.url), sending })
  life.onRequest = (path) => void (path === '/2' && (life.boot = 'c'))
  expect(await restore()).toBe('over')
  expect(await journal.epoch(stream)).toMatchObject({ number: 3, phase: 'restoring', boot: 'c' })
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got).toEqual(['/1', '/2', '/3', '/1', '/2', '/3'])
})

test('it begins once every recorder that keeps to epochs has nothing else left', async () => {
  const { journal, stream, restore, got, said } = await stand()
  const slow = await enrolled(journal, { stream })
  await journal.reachEpoch(stream, slow.id, 1)
  const restoring = restore()
  await eventually(() => said.some((line) => line.includes(`waits for what recorders still have`)))
  expect(got()).toEqual([])
  await journal.reachEpoch(stream, slow.id, 2)
  expect(await restoring).toMatchObject({ outcome: 'restored' })
})

test('a backend that loses its state meanwhile begins another epoch, and gets nothing more', async () => {
  const { life, origin, journal, stream, restore, got } = await stand()
  life.onRequest = (target) => {
    if (target !== '/2') return
    life.boot = 'c'
    for (const socket of origin.sockets) socket.resetAndDestroy()
  }
  expect(await restore()).toBe('over')
  expect(await journal.epoch(stream)).toMatchObject({ number: 3, phase: 'restoring', boot: 'c' })
  expect(got()).toEqual(['/1', '/2'])
  life.onRequest = () => {}
  expect(await restore()).toMatchObject({ outcome: 'restored' })
  expect(got().slice(2)).toEqual(['/1', '/2', '/3'])
})

test('whoever lost the claim sends nothing more, and cannot end it', async () => {
  const { life, journal, stream, claimed, options, got } = await stand()
  const { claim, epoch } = await claimed()
  life.status = 'none'
  const restoring = restoreEpoch(claim, epoch, options, new AbortController().signal)
  await eventually(() => got().length === 1)
  await journal.openEpoch(stream, 'by hand')
  expect(await restoring).toBe('over')
  expect(await journal.epoch(stream)).toMatchObject({ phase: 'open', outcome: 'given_up' })
  expect(got()).toEqual(['/1'])
})

test('one that stood still for longer than its claim holds sends nothing more', async () => {
  const { life, journal, stream, restore, got } = await stand()
  const clock = vi.spyOn(performance, 'now')
  onTestFinished(() => clock.mockRestore())
  life.onRequest = (target) => {
    if (target === '/1') clock.mockImplementation(() => process.uptime() * 1_000 + 3_600_000)
  }
  expect(await restore()).toBe('over')
  expect(got()).toEqual(['/1'])
  expect((await journal.epoch(stream))!.phase).toBe('restoring')
})

test('nor does what waited for a connection meanwhile', async () => {
  const { life, restore, got } = await stand()
  const clock = vi.spyOn(performance, 'now')
  onTestFinished(() => clock.mockRestore())
  let asked = 0
  life.onBoot = () => {
    if (++asked === 2) clock.mockImplementation(() => process.uptime() * 1_000 + 3_600_000)
  }
  expect(await restore()).toBe('over')
  expect(got()).toEqual([])
})

test('one that is interrupted finishes what is under way, and the next goes on with it', async () => {
  const { life, restore, got, journal, stream } = await stand()
  const stop = new AbortController()
  life.onRequest = (target) => {
    if (target === '/2') stop.abort()
  }
  expect(await restore(stop.signal)).toBe('interrupted')
  const epoch = await journal.epoch(stream)
  expect(epoch!.phase).toBe('restoring')
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got()).toEqual(['/1', '/2', '/3'])
  expect((await journal.epoch(stream))!.run).toBe(epoch!.run)
})

test('one whose process was killed behind its run sends nothing again', async () => {
  const { journal, claimed, options, restore, got } = await stand()
  const { claim, epoch } = await claimed()
  const dying = { ...journal, endEpoch: () => Promise.reject(new Error('killed')) }
  const signal = new AbortController().signal
  const died = restoreEpoch(claim, epoch, { ...options, journal: dying }, signal)
  await expect(died).rejects.toThrow('killed')
  await journal.keepClaim(claim, 0, null)
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got()).toEqual(['/1', '/2', '/3'])
})

test('where nobody knows what was sent the backend is reset, and restored from the start', async () => {
  const { life, origin, journal, stream, options, claimed, restore, got } = await stand()
  const folder = emptyFolder()
  const mark = join(folder, 'reset')
  const resetting = {
    how: { kind: 'command', command: `echo x >> ${mark}` },
    timeout: 20_000,
  } as const
  life.onRequest = (target) => {
    if (target !== '/2') return
    life.status = 'none'
    for (const socket of origin.sockets) setImmediate(() => socket.resetAndDestroy())
  }
  const { claim, epoch } = await claimed()
  const signal = new AbortController().signal
  expect(await restoreEpoch(claim, epoch, { ...options, resetting }, signal)).toBe('over')
  expect(readFileSync(mark, 'utf8')).toBe('x\n')
  expect(await journal.epoch(stream)).toMatchObject({
    ...{ number: 3, phase: 'restoring', boot: null, run: null },
    sign: expect.stringMatching(/^it was reset: 1 requests of run \d+ may have been in flight/),
  })
  Object.assign(life, { status: '201 Made', onRequest: () => {} })
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got()).toEqual(['/1', '/2', '/1', '/2', '/3'])
})

test('so it is where a request is answered 5xx, and not where it is refused', async () => {
  const { life, journal, stream, options, claimed, restore, got } = await stand()
  const resetting = { how: { kind: 'command', command: 'true' }, timeout: 20_000 } as const
  const restoredAs = async (status: string) => {
    life.status = status
    const { claim, epoch } = await claimed()
    const { signal } = new AbortController()
    return restoreEpoch(claim, epoch, { ...options, resetting }, signal)
  }
  expect(await restoredAs('502 Bad Gateway')).toBe('over')
  expect(await journal.epoch(stream)).toMatchObject({
    sign: expect.stringMatching(/^it was reset: entry \d+ was answered 502: nobody knows/),
  })
  expect(await restoredAs('409 Conflict')).toMatchObject({ phase: 'failed', outcome: 'failed' })
  life.status = '201 Made'
  await sayLost(journal, stream, 'a hook', ACTOR)
  expect(await restore()).toMatchObject({ outcome: 'restored', detail: '3 requests' })
  expect(got()).toEqual(['/1', '/1', '/1', '/2', '/3'])
})

test('a reset that fails, or does not help, is the end of it', async () => {
  const { life, origin, journal, stream, options, claimed } = await stand()
  life.onRequest = (target) => {
    if (target !== '/2') return
    life.status = 'none'
    for (const socket of origin.sockets) setImmediate(() => socket.resetAndDestroy())
  }
  const restoredBy = async (command: string) => {
    life.status = '201 Made'
    const { claim, epoch } = await claimed()
    const resetting = { how: { kind: 'command', command }, timeout: 20_000 } as const
    const { signal } = new AbortController()
    return restoreEpoch(claim, epoch, { ...options, resetting }, signal)
  }
  for (const number of [3, 4, 5]) {
    expect(await restoredBy('true')).toBe('over')
    expect((await journal.epoch(stream))!.number).toBe(number)
  }
  const failed = { phase: 'failed', outcome: 'failed' } as const
  const tired = expect.stringContaining('it was reset 3 times in a row')
  expect(await restoredBy('true')).toMatchObject({ ...failed, detail: tired })
  await sayLost(journal, stream, 'a hook', ACTOR)
  const why = expect.stringContaining('the command ended with exit code 7')
  expect(await restoredBy('exit 7')).toMatchObject({ ...failed, detail: why })
})

test('entries in doubt end it unless it was said what to do', async () => {
  const { journal, stream, restore } = await stand({ inDoubt: 'stop' })
  await record(journal, stream, [{ target: '/4', verdict: 'in_doubt' }])
  expect(await restore()).toMatchObject({ phase: 'failed', outcome: 'failed' })
})

test('a restorer restores whatever is lost, until it ends', async () => {
  const { journal, stream, options } = await stand()
  const restorer = startRestorer({ ...options, stream, holder: 'test' })
  const isOpen = async () => (await journal.epoch(stream))!.phase === 'open'
  await eventually(isOpen)
  await sayLost(journal, stream, 'a hook', ACTOR)
  expect((await journal.epoch(stream))!.number).toBe(3)
  await eventually(isOpen)
  await restorer.close()
  await sayLost(journal, stream, 'a hook', ACTOR)
  expect(await isOpen()).toBe(false)
})

test('what is said by hand is noted first, and said once', async () => {
  const { life, journal, stream, options } = await stand()
  const signal = new AbortController().signal
  life.status = '500 Oops'
  const failed = await restoreByHand(options, stream, 'test', signal)
  expect(failed.restored).toMatchObject({ outcome: 'failed' })
  await openByHand(journal, stream, 'as it is', ACTOR)
  await expect(openByHand(journal, stream, 'twice', ACTOR)).rejects.toMatchObject({
    code: 'epoch_open',
  })
  await expect(restoreByHand(options, stream, 'test', signal)).rejects.toMatchObject({
    code: 'epoch_open',
  })
  expect((await sayLost(journal, stream, 'said', ACTOR)).number).toBe(3)
  expect((await sayLost(journal, stream, 'again', ACTOR)).number).toBe(3)
  await expect(sayLost(journal, randomUUID(), 'said', ACTOR)).rejects.toMatchObject({
    code: 'epoch_unknown',
  })
  const deeds = await journal.deeds({ stream, limit: 10 })
  expect(deeds.map(({ action }) => action)).toEqual(['lose', 'open', 'open', 'replay', 'restore'])
})

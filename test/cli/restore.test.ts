import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record } from '../replayer/recording.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

/** A stream of two entries whose backend has a boot id, and is in its first life. */
async function stand() {
  const journal = useJournal(database)
  const stream = randomUUID()
  const life = { status: '201 Made' }
  const origin = await startRawOrigin(({ target }) =>
    target === '/boot' ? plainAnswer('{"id":"b"}') : plainAnswer('', life.status),
  )
  await record(journal, stream, [{ target: '/1' }, { target: '/2' }], origin.url)
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  const folder = emptyFolder()
  const reprise = (name: string, ...argv: string[]) =>
    injected([name, stream, '--database-url', database, '--data-dir', folder, ...argv])
  const restore = (...argv: string[]) =>
    reprise('restore', '--target', origin.url, '--boot-id', '/boot json /id', ...argv)
  return { journal, stream, origin, life, reprise, restore }
}

test('a backend that is said to be lost is restored by hand, and its lives are listed', async () => {
  const { stream, reprise, restore } = await stand()
  const why = 'the container was recreated'
  const lost = await reprise('lost', '--why', why)
  expect(lost).toMatchObject({ code: 0, stdout: `epoch 2 of ${stream} is to be restored\n` })
  expect((await reprise('lost')).stdout).toBe(lost.stdout)
  const restored = await restore()
  expect(restored).toMatchObject({ code: 0, stdout: 'epoch 2: restored: 2 requests\n' })
  const { stdout } = await reprise('epochs')
  const [head, , newest, first] = stdout.split('\n')
  expect(head).toMatch(
    /^epoch +phase +begun +by +boot +run +shut for +waited +replayed +proved +outcome +detail$/,
  )
  expect(newest).toMatch(
    /^ *2 +open +20\S+ \S+ +the container was recreated +b +\d+( +\d+\.\d s){4} +restored/,
  )
  expect(first).toMatch(/^ *1 +open +20\S+ \S+ +first seen +a +- +- +- +- +- +- *$/)
  const { epochs } = JSON.parse((await reprise('epochs', '--json')).stdout) as { epochs: object[] }
  expect(epochs[0]).toMatchObject({ stream, number: 2, sign: why, outcome: 'restored' })
})

test('a life that was lost again during its restore is not listed as one that is being restored', async () => {
  const { journal, stream, reprise } = await stand()
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  await journal.loseEpoch(stream, 2, { boot: 'c', sign: 'another boot id during its restore' })
  const outcomes = async (...argv: string[]) => {
    const { stdout } = await reprise('epochs', ...argv)
    const rows = stdout.trim().split('\n').slice(2)
    return rows.map((row) => /(\d+) .* (lost again|-) *$/.exec(row)?.slice(1))
  }
  const earlier = [
    ['2', 'lost again'],
    ['1', '-'],
  ]
  expect(await outcomes()).toEqual([['3', '-'], ...earlier])
  expect(await outcomes('--before', '3')).toEqual(earlier)
})

test('what failed is said with exit code 1, differences with 3, and either can be opened', async () => {
  const { stream, life, reprise, restore } = await stand()
  await reprise('lost')
  life.status = '500 Oops'
  const failed = await restore('--json')
  expect(failed.code).toBe(1)
  expect(JSON.parse(failed.stdout)).toMatchObject({ epoch: 2, ending: { outcome: 'failed' } })
  const opened = await reprise('restore', '--open')
  expect(opened).toMatchObject({ code: 0, stdout: `epoch 2 of ${stream} is open\n` })
  await reprise('lost')
  life.status = '200 OK'
  const differs = await restore()
  expect(differs.code).toBe(3)
  expect(differs.stdout).toMatch(
    /^epoch 3: differs: 2 of 2 answers differ, 0 left out: reprise runs \d+\n$/,
  )
  const { stdout } = await reprise('epochs')
  expect(stdout).toMatch(
    /\n\nepoch 3:\n  entry \d+: differs \(.*\)\n  entry \d+: differs \(.*\)\n$/,
  )
})

test('the service restores as the command does, with the same settings', async () => {
  const { journal, stream, origin, reprise } = await stand()
  const service = await serving([
    ...['serve', '--listen', '127.0.0.1:0', '--database-url', database],
    ...['--data-dir', emptyFolder(), '--boot-id', '/boot json /id'],
  ])
  await reprise('lost')
  const asked = await fetch(`${service.url}/api/streams/${stream}/epochs/2/restore`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  expect(asked.status, await asked.text()).toBe(202)
  await eventually(async () => (await journal.epoch(stream))!.phase === 'open')
  expect(await journal.epoch(stream)).toMatchObject({ outcome: 'restored', boot: 'b' })
  expect(origin.requests.map(({ target }) => target)).toContain('/boot')
  await service.stop()
})

test('of `up`, what tells one backend from another is that of its own stream', async () => {
  const other = await startRawOrigin(() => plainAnswer('{"id":"a"}'))
  const running = await serving([
    ...['up', '--listen', '127.0.0.1:0', '--serve-listen', '127.0.0.1:0', '--target', other.url],
    ...['--database-url', database, '--data-dir', emptyFolder(), '--stream', randomUUID()],
    ...['--restore', 'ask', '--boot-id', '/life json /id'],
  ])
  const { journal, stream, reprise } = await stand()
  await reprise('lost')
  const service = /^service +(\S+)/m.exec(running.stdout())![1]!
  const asked = await fetch(`${service}/api/streams/${stream}/epochs/2/restore`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  expect(asked.status, await asked.text()).toBe(202)
  await eventually(async () => (await journal.epoch(stream))!.phase === 'open')
  expect(await journal.epoch(stream)).toMatchObject({ outcome: 'restored', boot: null })
})

test('a hook tells the admin port of a proxy, and the backend is restored', async () => {
  const { journal, stream, origin } = await stand()
  const proxy = await serving([
    ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--stream', stream],
    ...['--admin-listen', '127.0.0.1:0', '--database-url', database, '--restore', 'auto'],
    ...['--boot-id', '/boot json /id', '--restore-in-doubt', 'skip'],
  ])
  const restored = async (number: number) => {
    const epoch = await journal.epoch(stream)
    return epoch!.number === number && epoch!.phase === 'open'
  }
  await eventually(() => restored(2))
  const admin = /^admin (\S+)$/m.exec(proxy.stdout())![1]
  const said = await fetch(`${admin}/admin/v1/epochs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"reason":"the container was recreated"}',
  })
  expect(said.status).toBe(201)
  expect(await said.json()).toMatchObject({
    stream,
    number: 3,
    sign: 'the container was recreated',
  })
  await eventually(() => restored(3))
  await proxy.stop()
  const [deed] = await journal.deeds({ stream, actions: ['lose'], limit: 1 })
  expect(deed).toMatchObject({ means: 'machine', detail: { epoch: 2 } })
})

test('a proxy that asks first keeps clients away until somebody says so', async () => {
  const { journal, stream, origin, reprise, restore } = await stand()
  const proxy = await serving([
    ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--stream', stream],
    ...['--database-url', database, '--restore', 'ask', '--boot-id', '/boot json /id'],
    ...['--data-dir', emptyFolder(), '--gate-reads', 'pass', '--gate-wait', '0s'],
  ])
  const url = /^ready (\S+)$/m.exec(proxy.stdout())![1]!
  await eventually(async () => (await journal.epoch(stream))!.number === 2)
  const posted = async () => (await fetch(`${url}/3`, { method: 'POST' })).status
  await eventually(() => proxy.stderr().includes(`somebody says 'reprise restore ${stream}'`))
  expect([await posted(), (await fetch(`${url}/1`)).status]).toEqual([503, 201])
  expect((await journal.epoch(stream))!.phase).toBe('restoring')
  expect(await restore()).toMatchObject({ code: 0, stdout: 'epoch 2: restored: 2 requests\n' })
  await eventually(async () => (await posted()) === 201)
  await proxy.stop()
  expect((await reprise('lost')).code).toBe(0)
})

test('where there is nothing to restore, or nobody keeps to epochs, that is said', async () => {
  const { stream, reprise, restore } = await stand()
  for (const { code, stderr } of [await restore(), await reprise('restore', '--open')]) {
    expect(code).toBe(4)
    expect(stderr).toContain(`epoch 1 of ${stream} is open: clients reach the backend`)
  }
  const unknown = await injected(['lost', 'nobody', '--database-url', database])
  expect(unknown.code).toBe(4)
  expect(unknown.stderr).toContain('no recorder of the stream nobody keeps to epochs')
  expect((await injected(['epochs', 'nobody', '--database-url', database])).stderr).toContain(
    'no recorder of nobody keeps to epochs',
  )
})

test.for([
  [['--restore', 'auto'], 'boot-id'],
  [['--restore', 'ask', '--assume-lost-on-reconnect', '--recording', 'off'], 'recording'],
  [['--boot-id', '/b json /id'], 'restore'],
  [
    [
      ...['--restore', 'auto', '--boot-id', '/b json /id'],
      ...['--check-on-connect', '--upstream-http2', 'on'],
    ],
    'upstream-http2',
  ],
  [['--restore', 'auto', '--assume-lost-on-reconnect', '--check-on-connect'], 'boot-id'],
  [['--restore', 'auto', '--boot-id', 'id'], "'/PATH json /POINTER'"],
] as const)('a proxy with %s says what it lacks: %s', async ([argv, word]) => {
  const { code, stderr } = await injected(['proxy', '--target', 'http://127.0.0.1:1', ...argv])
  expect(code).toBe(2)
  expect(stderr).toContain(word)
})

test('a proxy whose rules of replays cannot be read ends, and says so', async () => {
  const argv = [
    '--target',
    'http://127.0.0.1:1',
    '--listen',
    '127.0.0.1:0',
    '--data-dir',
    emptyFolder(),
  ]
  const restoring = [
    '--restore',
    'auto',
    '--assume-lost-on-reconnect',
    '--alias-rules',
    '/none.yml',
  ]
  const { code, stderr } = await injected([
    'proxy',
    '--database-url',
    database,
    ...argv,
    ...restoring,
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('/none.yml')
})

import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { made, put, recordedThings, removed } from '../replayer/compacting/recorded-things.ts'
import { startThings } from '../replayer/compacting/things-backend.ts'
import { record, type Said } from '../replayer/recording.ts'
import { run } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

const database = await createDatabase()

const REPLACES = 'PUT /things/:1 replaces PUT /things/:1'
const CANCELS = 'DELETE /things/:1 cancels /things/:1 made by POST /things'

/** Two things are made, changed and changed again; the first one is removed. */
const said: Said[] = [
  ...[made(1, { level: 1 }), made(2, { level: 2 }), put(1, { level: 3 }), put(2, { level: 4 })],
  ...[put(2, { level: 5 }), put(1, { level: 2 }), removed(1), put(2, { level: 1 })],
]

async function stage(entries: readonly Said[] = said) {
  const journal = useJournal(database)
  const stream = randomUUID()
  const ids = await record(journal, stream, entries)
  const folder = emptyFolder()
  const reprise = (name: string, ...argv: string[]) =>
    injected([name, '--database-url', database, '--stream', stream, '--data-dir', folder, ...argv])
  const plan = (...argv: string[]) =>
    injected(['plan', '--database-url', database, '--stream', stream, ...argv])
  const rules = (...all: string[]) => ['--compact-rules', all.join('\n')]
  const verified = (one: string, other: string, ...more: string[]) => {
    const argv = ['--verify', '--probe', '/state', '--base-url', one, '--second-url', other]
    return reprise('compact', ...argv, ...more)
  }
  return { journal, stream, ids, folder, reprise, plan, rules, verified }
}

test('a plan says what is left out, by which rule, and why', async () => {
  const { ids, plan, rules } = await stage()
  const argv = ['--compact', ...rules(REPLACES, CANCELS)]
  const { code, stdout, stderr } = await plan(...argv)
  expect(code).toBe(0)
  expect(stderr).toContain('2 entries of stream ')
  expect(stderr).toContain('; left out because of later ones: 6\n')
  expect(stdout).toContain(
    `left out because of later requests: 6 entries\n  4 ${CANCELS}\n  2 ${REPLACES}\n` +
      'the rules were not verified: a replay refuses them (reprise compact --verify)\n',
  )
  const json = JSON.parse((await plan(...argv, '--json')).stdout) as { entries: { id: number }[] }
  expect(json).toMatchObject({
    planned: 2,
    compaction: { leftOut: 6, rules: [{ rule: CANCELS, leftOut: 4 }, { leftOut: 2 }], kept: {} },
  })
  expect(json.entries.map(({ id }) => id)).toEqual([ids[1], ids[7]])
  const explained = await plan(...argv, '--explain', String(ids[3]))
  expect(explained.stdout).toContain(
    `it is not sent:\n    entry ${ids[7]} makes it needless, by the rule ${REPLACES}\n`,
  )
})

test('what stays though a rule is about it is counted, and explained', async () => {
  // What an order is of was there when it was made.
  const order = { ...made(9, { thingId: 1 }), target: '/orders', answerFields: [], answerBody: '' }
  const { ids, plan, rules } = await stage([
    ...[made(1, { level: 1 }), put(1, { level: 3 }), order, put(1, { level: 2 }), removed(1)],
    { ...put(2, {}), status: 201 },
    put(2, {}),
  ])
  const argv = ['--compact', ...rules(REPLACES, CANCELS)]
  const { stdout } = await plan(...argv)
  expect(stdout).toContain(`left out because of later requests: 1 entry\n  1 ${CANCELS}\n`)
  expect(stdout).toContain('sent though a rule is about them:\n  1 made what they were sent to\n')
  const explained = await plan(...argv, '--explain', String(ids[4]))
  expect(explained.stdout).toContain('it is sent, though a rule is about it: something between')
})

test('a compacted replay brings the same state, by verified rules only, and tells of it when it is gone on with', async () => {
  const { journal, stream, ids, reprise, rules, verified } = await stage()
  const backend = await startThings(100)
  const to = ['--base-url', backend.url, '--yes']
  const compacted = ['--compact', ...rules(REPLACES, CANCELS)]
  const unproven = await reprise('replay', ...to, ...compacted)
  expect(unproven).toMatchObject({ code: 4, stdout: '' })
  expect(unproven.stderr).toContain('the rules of compaction were not verified for ')
  expect(backend.changed).toBe(0)
  const [one, other] = [await startThings(), await startThings(50)]
  await verified(one.url, other.url, ...rules(REPLACES, CANCELS))
  const replayed = await reprise('replay', ...to, ...compacted)
  expect(replayed.stdout).toMatch(/^run \d+ done: 2 of 2 sent /)
  expect(backend.state()).toEqual([{ id: 100, level: 1 }])
  const [kept] = await journal.runs({ stream, limit: 1 })
  expect(kept!.plan).toMatchObject({ compact: [CANCELS, REPLACES] })
  const half = await startThings()
  const refusing = ['--base-url', half.url, '--yes', ...compacted]
  await reprise('replay', ...refusing, '--id-from', String(ids[1]! + 1))
  const [stopped] = await journal.runs({ stream, limit: 1 })
  const resumed = await reprise('replay', '--resume', String(stopped!.id), '--yes')
  expect(resumed.stderr).toMatch(/entries of stream .*; left out because of later ones: \d+\n/)
})

test('rules are verified by two fresh backends, and only these very rules are', async () => {
  const { journal, stream, reprise, rules, verified } = await stage()
  const [one, other] = [await startThings(), await startThings(50)]
  const { code, stdout } = await verified(one.url, other.url, ...rules(REPLACES, CANCELS))
  expect(stdout).toContain('\nverified: the state is the same without 6 of 8 entries\n')
  expect(code).toBe(0)
  expect([one.changed, other.changed]).toEqual([8, 2])
  expect(await journal.verifiedRules(stream)).toMatchObject([
    { rules: [CANCELS, REPLACES], planned: 8, leftOut: 6 },
  ])
  const renamed = [REPLACES, CANCELS].map((rule) => rule.replaceAll(':1', ':id'))
  const listed = await reprise('compact', ...rules(...renamed))
  expect(listed.stdout).toMatch(/: without 6 of 8 entries \(those of --compact-rules\)\n {2}DELETE/)
  const others = await reprise('compact', ...rules(REPLACES))
  expect(others.stdout).not.toContain('(those of')
  const deeds = await journal.deeds({ stream, actions: ['verify_rules'], limit: 2 })
  expect(deeds).toMatchObject([{ detail: { outcome: 'restored' } }])
})

test('rules that make a difference are not, and lose the word that they had', async () => {
  const { journal, stream, rules, verified } = await stage([
    ...[made(1, { level: 1 }), put(1, { extra: 1 }), put(1, { level: 2 })],
  ])
  const good = [await startThings(), await startThings()] as const
  expect((await verified(good[0].url, good[1].url, ...rules(REPLACES))).code).toBe(0)
  const [one, other] = [await startThings(1, 'broken'), await startThings(1, 'broken')]
  const { code, stdout } = await verified(one.url, other.url, ...rules(REPLACES))
  expect(code).toBe(3)
  expect(stdout).toContain('not verified: the states differ\n')
  expect(stdout).toContain('GET /state: differs')
  expect(await journal.verifiedRules(stream)).toEqual([])
})

test('one backend is enough where it is reset, and one that is not fresh is told of', async () => {
  const { folder, reprise, rules, journal, stream } = await stage()
  const simulator = await startThings()
  const script = join(folder, 'reset.sh')
  writeFileSync(script, 'true\n')
  const argv = [
    '--verify',
    '--probe',
    '/state',
    '--base-url',
    simulator.url,
    '--reset',
    `sh ${script}`,
  ]
  const { code, stderr } = await reprise(
    'compact',
    ...argv,
    '--health',
    '/state',
    ...rules(REPLACES),
  )
  expect(code).toBe(3)
  expect(stderr).not.toContain('nothing was verified')
  expect(simulator.changed).toBe(8 + 5)
  const broken = await reprise('compact', ...argv.slice(0, -1), 'exit 3', ...rules(REPLACES))
  expect(broken).toMatchObject({ code: 4, stderr: expect.stringContaining('exit code 3') })
  const away = ['--verify', '--probe', '/nothing/there', '--base-url', simulator.url]
  const unknown = await reprise(
    'compact',
    ...away,
    '--reset',
    'true',
    '--health',
    '/state',
    ...rules(REPLACES),
  )
  expect(unknown.stdout).toContain('not verified: not everything was asked and compared\n')
  expect(unknown.code).toBe(1)
  expect(await journal.verifiedRules(stream)).toEqual([])
})

test('a restore leaves out what verified rules say, and all the same sends everything by others', async () => {
  const { journal, stream, folder, rules, verified } = await stage()
  const [one, other] = [await startThings(), await startThings()]
  await verified(one.url, other.url, ...rules(REPLACES, CANCELS))
  await journal.firstEpoch(stream, { boot: null, sign: 'first seen' })
  const restored = async (...all: string[]) => {
    await injected(['lost', stream, '--database-url', database])
    const backend = await startThings()
    const argv = ['restore', stream, '--database-url', database, '--data-dir', folder]
    const ran = await injected([
      ...[...argv, '--target', backend.url, '--restore-compact', ...rules(...all)],
    ])
    return { ...ran, backend }
  }
  const compacted = await restored(REPLACES, CANCELS)
  expect(compacted.backend.changed).toBe(2)
  expect(compacted.backend.state()).toEqual([{ id: 1, level: 1 }])
  const whole = await restored(REPLACES)
  expect(whole.backend.changed).toBe(8)
  expect(whole.stderr).toContain(
    'the rules of compaction are others than those that were verified (reprise compact --verify): everything is sent',
  )
})

test('all that is wrong with rules and settings is told at once', async () => {
  const { reprise, rules, verified, folder } = await stage()
  const wrong = await reprise(
    'replay',
    '--compact',
    '--dry-run',
    ...rules('PUT /x', 'put /a replaces PUT /a'),
  )
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('2 settings are wrong')
  const without = await reprise('compact', '--verify')
  expect(without.code).toBe(2)
  for (const name of ['compact-rules', 'base-url', 'second-url', 'probe']) {
    expect(without.stderr).toMatch(new RegExp(`--${name}( is missing)?: expected`))
  }
  expect((await reprise('replay', '--compact', '--dry-run')).stderr).toContain(
    '--compact-rules: expected',
  )
  const resumed = await reprise('replay', '--resume', '1', '--compact', '--yes', ...rules(REPLACES))
  expect(resumed.stderr).toContain('--compact: expected either it or --resume')
  const idle = await verified(
    'http://127.0.0.1:1',
    'http://127.0.0.1:2',
    ...rules('PATCH /a replaces PATCH /a'),
  )
  expect(idle.code).toBe(4)
  expect(idle.stderr).toContain(
    "is left out by 'PATCH /a replaces PATCH /a': nothing would be shown of it",
  )
  const file = join(folder, 'reprise.yaml')
  writeFileSync(file, stringify({ 'compact-rules': [REPLACES, CANCELS] }))
  const shared = await reprise('replay', '--config', file, '--compact', '--dry-run', '--json')
  expect(JSON.parse(shared.stdout)).toMatchObject({ planned: 2 })
})

test('a thousand mutations of ten things restore from two in a hundred', async () => {
  const stream = await recordedThings(useJournal(database), 1_000, 10)
  const [one, other] = [await startThings(), await startThings(500)]
  const argv = ['compact', stream, '--verify', '--probe', '/state', '--base-url', one.url]
  const rest = ['--second-url', other.url, '--compact-rules', REPLACES, '--data-dir', emptyFolder()]
  const { code, stdout } = await run([...argv, ...rest, '--database-url', database])
  expect(stdout).toContain('verified: the state is the same without 980 of 1000 entries\n')
  expect(code).toBe(0)
  expect([one.changed, other.changed]).toEqual([1_000, 20])
})

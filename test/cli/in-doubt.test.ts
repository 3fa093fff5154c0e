import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import type { Said } from '../replayer/recording.ts'
import { doubtStage, json } from './in-doubt-stage.ts'
import { inject, injected } from './injected.ts'

const database = await createDatabase()
const stage = (said?: readonly Said[]) => doubtStage(database, said)

test('the list tells what is in doubt, why, and what may have been delivered: exit code 3', async () => {
  const { argv, ids, stream } = await stage()
  const { code, stdout, stderr } = await injected(argv)
  expect(code).toBe(3)
  const [head, , ...rows] = stdout.trimEnd().split('\n')
  expect(head).toMatch(/^ *id +arrived +method +target +cause +delivered$/)
  expect(rows).toHaveLength(3)
  expect(rows[1]).toMatch(
    new RegExp(`^ *${ids[1]} +2026-01-15 12:00:01.000Z +DELETE +/a/2 +timeout +the whole$`),
  )
  expect(stderr).toContain(`3 entries of stream ${stream} in doubt\n`)
  expect(stderr).toContain('--settle applied or not-applied')
  const listed = await json([...argv, '--method', 'POST'])
  expect(listed).toStrictEqual({
    code: 3,
    printed: {
      stream,
      unsettled: 1,
      entries: [
        {
          ...{ id: ids[2], recorder: expect.any(String) as string, number: 3 },
          ...{ arrivedAt: '2026-01-15T12:00:02.000Z', method: 'POST', target: '/b' },
          ...{ verdict: 'in_doubt', cause: 'timeout', delivery: 'whole' },
          ...{ settled: null, settledAt: null, settledBy: null },
        },
      ],
    },
  })
})

test('nothing in doubt: exit code 0', async () => {
  const { argv } = await stage([])
  expect(await injected(argv)).toMatchObject({ code: 0, stdout: '' })
  expect(await json(argv)).toMatchObject({ code: 0, printed: { unsettled: 0, entries: [] } })
})

test('--settle settles what matches, --all shows it, and open takes it back', async () => {
  const { argv, ids, now } = await stage()
  const settled = await injected([...argv, '--path', '/a/*', '--settle', 'applied', '--yes'])
  expect(settled).toMatchObject({ code: 0, stdout: '2 entries settled: applied\n' })
  const rest = await json([...argv, '--settle', 'not-applied', '-y'])
  expect(rest).toMatchObject({
    code: 0,
    printed: { changed: 1, settlement: 'not_applied', entries: [ids[2]] },
  })
  expect(await now()).toStrictEqual([
    ['applied', 'applied', 'user'],
    ['applied', 'applied', 'user'],
    ['in_doubt', 'not_applied', 'user'],
  ])
  expect(await injected(argv)).toMatchObject({ code: 0, stdout: '' })
  const all = await injected([...argv, '--all'])
  expect(all.code).toBe(0)
  expect(all.stdout).toMatch(/PUT .* applied \(user at 20.*Z\)\n/)
  expect(all.stdout).toMatch(/POST .* not applied \(user at 20.*Z\)\n/)
  const back = await injected([...argv, '--settle', 'open', '--method', 'PUT', 'POST', '--yes'])
  expect(back).toMatchObject({ code: 0, stdout: '2 entries in doubt again\n' })
  expect(await now()).toStrictEqual([
    ['in_doubt', null, null],
    ['applied', 'applied', 'user'],
    ['in_doubt', null, null],
  ])
  const mind = await injected([...argv, '--settle', 'not-applied', '--all', '--yes'])
  expect(mind.stdout).toBe('3 entries settled: not applied\n')
})

test('on a terminal several are asked about, one is not', async () => {
  const { argv, now } = await stage()
  const declined = inject([...argv, '--settle', 'applied'], { terminal: 'yes', columns: 120 })
  await declined.shows(/DELETE[^]*Settle as applied: 3 entries of stream/)
  declined.type('\r')
  expect(await declined.ended).toBe(130)
  expect(declined.stderr()).toContain('Nothing was settled.')
  expect((await now()).map(([, settled]) => settled)).toStrictEqual([null, null, null])
  const one = inject([...argv, '--settle', 'applied', '--method', 'PUT'], { terminal: 'yes' })
  expect(await one.ended).toBe(0)
  const agreed = inject([...argv, '--settle', 'open', '--all'], { terminal: 'yes' })
  expect(await agreed.ended).toBe(0)
  const both = inject([...argv, '--settle', 'applied', '--path', '/a/*'], { terminal: 'yes' })
  await both.shows(/Settle as applied: 2 entries/)
  both.type('y')
  expect(await both.ended).toBe(0)
  expect((await now()).map(([, settled]) => settled)).toStrictEqual(['applied', 'applied', null])
})

test.each([
  [['--settle', 'applied'], '--yes: expected it with --settle'],
  [['--settle', 'applied', '--probe', '{target}'], '--settle: expected either it or --probe'],
  [['--settle', 'maybe'], 'expected one of applied|not-applied|open'],
  [['--probe', '{target}'], '--base-url is missing: expected http://HOST:PORT'],
  [['--probe', '{id}'], 'expected {target}, {path}, {json:/pointer}'],
  [['--probe'], '--probe: expected PATH after it'],
  [['--probe', '{target}', '--all', '--base-url', 'http://127.0.0.1:1'], '--all: expected not it'],
  [['--probe-contains', 'a'], '--probe is missing: expected PATH with --probe-contains'],
  [['--verdict', 'applied'], '--verdict: there is no such flag'],
])('%j is refused with what was expected', async (argv, expected) => {
  const { code, stderr } = await injected(['in-doubt', ...argv])
  expect(code).toBe(2)
  expect(stderr).toContain(expected)
})

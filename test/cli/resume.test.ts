import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { launch } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record } from '../replayer/recording.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
const ENTRIES = 300
let streams = 0

/** A run that is killed once its target has had so many requests; the last of them have no answer. */
async function killed(after: number) {
  const journal = useJournal(database)
  const stream = `resume-${streams++}`
  const said = Array.from({ length: ENTRIES }, (_, i) => ({ target: `/${i}` }))
  const ids = await record(journal, stream, said)
  const life = { seen: 0, isDead: false, isFull: () => {} }
  const full = new Promise<void>((resolve) => (life.isFull = resolve))
  const origin = await startRawOrigin(() => {
    life.seen++
    if (!life.isDead && life.seen > after) {
      life.isFull()
      return undefined
    }
    return plainAnswer('', '201 Made')
  })
  const folder = emptyFolder()
  const argv = ['replay', '--database-url', database, '--data-dir', folder]
  const first = [...argv, '--stream', stream, '--base-url', origin.url, '--yes']
  const { child, ended } = launch(first, {})
  await full
  child.kill('SIGKILL')
  await ended
  life.isDead = true
  const [latest] = await journal.runs({ stream, limit: 1 })
  const { id } = latest!
  const sent = () => origin.requests.map((one) => one.target)
  return { journal, ids, id, folder, sent, argv: [...argv, '--resume', String(id)] }
}

/** So that nobody has to wait for the lease of its process, which is dead. */
async function endLease(id: number): Promise<void> {
  await query(database, 'update reprise.run set driven_until = now() where id = $1', [id])
}

test('a run that was killed goes on where it was when its lease is over, and sends nothing twice', async () => {
  const { journal, ids, id, sent, argv } = await killed(150)
  const listed = await injected(argv)
  expect(listed).toMatchObject({ code: 4 })
  expect(listed.stderr).toContain(
    `may have been in flight when its process ended: entries ${ids[150]}`,
  )
  expect(listed.stderr).toContain('--in-flight skip')
  expect(sent()).toHaveLength(151)

  const resumed = await injected([...argv, '--in-flight', 'skip'])
  expect(resumed.stderr).toContain('it goes on with --concurrency 16 --clock-tolerance 50ms\n')
  expect(resumed.stdout).toMatch(/done: 149 of 300 sent to/)
  expect(resumed).toMatchObject({ code: 1 })
  expect(sent()).toStrictEqual(Array.from({ length: ENTRIES }, (_, i) => `/${i}`))
  const { state, outcomes } = await journal.run(id)
  expect({ state, outcomes }).toStrictEqual({ state: 'done', outcomes: { same: 299, in_doubt: 1 } })

  const again = await injected([...argv, '--in-flight', 'skip'])
  expect(again).toMatchObject({ code: 4 })
  expect(again.stderr).toContain('at its end')
})

test('what was in flight is sent once more where that was said', async () => {
  const { journal, id, sent, argv } = await killed(20)
  await endLease(id)
  const resumed = await injected([...argv, '--in-flight', 'send'])
  expect(resumed).toMatchObject({ code: 0 })
  const once = Array.from({ length: ENTRIES }, (_, i) => `/${i}`)
  expect(sent()).toStrictEqual([...once.slice(0, 21), ...once.slice(20)])
  expect((await journal.run(id)).outcomes).toStrictEqual({ same: ENTRIES })
})

test('without its ledger all that was announced is in doubt', async () => {
  const { id, folder, sent, argv } = await killed(20)
  await endLease(id)
  rmSync(join(folder, 'runs'), { recursive: true })
  const listed = await injected(argv)
  expect(listed).toMatchObject({ code: 4 })
  expect(Number(/(\d+) requests of run/.exec(listed.stderr)![1])).toBeGreaterThan(100)
  expect(sent()).toHaveLength(21)
})

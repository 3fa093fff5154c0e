import { expect, onTestFinished, test } from 'vitest'
import { recordedThings } from '../replayer/compacting/recorded-things.ts'
import { startThings } from '../replayer/compacting/things-backend.ts'
import { run } from '../support/command.ts'
import { emptyFolder } from '../support/folder.ts'
import { useJournal } from '../support/recorder.ts'
import { Round } from './support/round.ts'

const THINGS = 1_000
const MUTATIONS = 100_000

test('a hundred thousand mutations of a thousand things restore from two in a hundred, to the same state', async () => {
  const round = new Round('commit')
  onTestFinished(({ task }) => round.end(task.result?.state === 'fail' ? 'broken' : 'held'))
  const { url: database } = await round.postgres()
  const stream = await recordedThings(useJournal(database), MUTATIONS, THINGS)
  const [one, other] = [await startThings(), await startThings(5_000)]
  const rule = 'PUT /things/:id replaces PUT /things/:id'
  const argv = ['compact', stream, '--verify', '--probe', '/state', '--compact-rules', rule]
  const to = ['--base-url', one.url, '--second-url', other.url, '--data-dir', emptyFolder()]
  const { code, stdout } = await run([...argv, ...to, '--database-url', database])
  expect(stdout).toContain('GET /state: restored')
  expect(code).toBe(0)
  expect(one.changed).toBe(MUTATIONS)
  expect(other.changed).toBeLessThanOrEqual(MUTATIONS / 50)
}, 900_000)

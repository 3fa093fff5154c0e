import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { newJournal, startRecorder } from '../support/recorder.ts'

test('recorders that share a journal leave nothing on it when they end', async () => {
  const warnings: Error[] = []
  const warned = (warning: Error) => warnings.push(warning)
  process.on('warning', warned)
  onTestFinished(() => void process.off('warning', warned))
  const origin = await startRawOrigin()
  const journal = newJournal(await createDatabase())
  for (let i = 0; i < 11; i++) await (await startRecorder(origin.url, journal)).close(1_000)
  // A warning is told in a turn of its own.
  await new Promise(setImmediate)
  expect(warnings).toEqual([])
})

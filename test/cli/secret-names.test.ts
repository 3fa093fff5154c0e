import { expect, test } from 'vitest'
import { SECRET_NAMES } from '../../journal/masking/names.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createSecrets } from '../../journal/secrets.ts'
import { record } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { injected } from './injected.ts'

// A command that is told of fewer secrets than the proxy was would keep and show them in what a replay meets.

async function recordedWith(...names: string[]) {
  const database = await createDatabase()
  const secrets = createSecrets(null, undefined, [], names)
  const journal = openJournal({ url: database, secrets })
  await record(journal, 's', [{}])
  await journal.close()
  return (...argv: string[]) => injected(['entries', '--database-url', database, ...argv])
}

test('a command that was not told of a secret of the recording says so, and which', async () => {
  const entries = await recordedWith(...SECRET_NAMES, 'PIN', 'iban')
  const { code, stderr } = await entries()
  expect(code).toBe(0)
  expect(stderr).toContain('secrets that are called iban, pin,')
  expect(stderr).toContain('--secret-fields')
  expect((await entries('--secret-fields', 'pin')).stderr).toContain('that are called iban,')
  expect((await entries('--secret-fields', 'none,Pin,iban')).stderr).toContain('access_token')
})

test('whoever was told of as many, or more, hears nothing', async () => {
  const entries = await recordedWith(...SECRET_NAMES, 'pin')
  expect((await entries('--secret-fields', 'Pin,iban')).stderr).toBe('')
})

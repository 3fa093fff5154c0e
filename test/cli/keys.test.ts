import { randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createSecrets, parseKey } from '../../journal/secrets.ts'
import { record } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { injected } from './injected.ts'

const FIELDS = ['Cookie', 'sid=planted']

async function sealedWith(database: string, key: Buffer): Promise<number> {
  const journal = openJournal({ url: database, secrets: createSecrets(key) })
  const [id] = await record(journal, 's', [{ fields: FIELDS }])
  await journal.close()
  return id!
}

async function fieldsBy(database: string, id: number, key: Buffer) {
  const journal = openJournal({ url: database, secrets: createSecrets(key) })
  const { requestHeaders } = await journal.entry(id)
  await journal.close()
  return requestHeaders
}

const linesOf = async (file: string) => (await readFile(file, 'utf8')).trim().split('\n')

test('rotate puts a new key first, keeps the former one, and seals everything with the new', async () => {
  const database = await createDatabase()
  const dataDir = emptyFolder()
  const settings = ['--database-url', database, '--data-dir', dataDir]
  const file = join(dataDir, 'secret.key')
  expect((await injected(['keys', 'list', ...settings])).stdout).toMatch(/^[0-9a-f]{8}  today\n$/)
  const [first] = await linesOf(file)
  const id = await sealedWith(database, parseKey(first!))
  const rotated = await injected(['keys', 'rotate', ...settings])
  expect(rotated).toMatchObject({
    code: 0,
    stdout: '1 value sealed anew, 0 left that no known key opens\n',
  })
  const [today, former] = await linesOf(file)
  expect(former).toBe(first)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(rotated.stderr + rotated.stdout).not.toContain(today)
  expect(await fieldsBy(database, id, parseKey(today!))).toStrictEqual(FIELDS)
  expect(await fieldsBy(database, id, parseKey(former!))).toStrictEqual([])
  const { stdout } = await injected(['keys', 'list', '--json', ...settings])
  expect(JSON.parse(stdout)).toMatchObject({ former: [expect.stringMatching(/^[0-9a-f]{8}$/)] })
})

test('given keys are rotated by giving them, and never made', async () => {
  const database = await createDatabase()
  const [old, now] = [randomBytes(32), randomBytes(32)]
  const id = await sealedWith(database, old)
  const env = {
    REPRISE_SECRET_KEY: now.toString('base64'),
    REPRISE_OLD_SECRET_KEYS: old.toString('hex'),
  }
  const settings = ['--database-url', database, '--data-dir', emptyFolder()]
  const refused = await injected(['keys', 'rotate', ...settings], { env })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('--secret-key: expected none')
  const came = await injected(['keys', 'reseal', '--json', ...settings], { env })
  expect({ code: came.code, ...JSON.parse(came.stdout) }).toStrictEqual({
    ...{ code: 0, resealed: 1, unreadable: 0 },
  })
  expect(await fieldsBy(database, id, now)).toStrictEqual(FIELDS)
})

test('a key that is not known is told by the exit code', async () => {
  const database = await createDatabase()
  await sealedWith(database, randomBytes(32))
  const settings = ['--database-url', database, '--data-dir', emptyFolder()]
  const { code, stdout } = await injected(['keys', 'reseal', ...settings])
  expect({ code, stdout }).toStrictEqual({
    ...{ code: 3, stdout: '0 values sealed anew, 1 left that no known key opens\n' },
  })
})

test('a file of keys is used where it is named, and is refused whole where a line is none', async () => {
  const database = await createDatabase()
  const file = join(emptyFolder(), 'keys')
  const [now, old] = [randomBytes(32), randomBytes(32)]
  await sealedWith(database, old)
  await writeFile(file, `${now.toString('base64')}\n${old.toString('base64')}\n`)
  const settings = [
    '--database-url',
    database,
    '--data-dir',
    emptyFolder(),
    '--secret-key-file',
    file,
  ]
  expect((await injected(['keys', 'reseal', ...settings])).stdout).toMatch(/^1 value sealed/)
  await writeFile(file, `${now.toString('base64')}\nnothing\n`)
  const refused = await injected(['keys', 'list', ...settings])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain('expected 32 bytes as base64 or hex')
})

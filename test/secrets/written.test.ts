import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSecrets } from '../../journal/secrets.ts'
import { SECRET_NAMES } from '../../journal/masking/names.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { openSpool } from '../../proxy/spool.ts'
import { curlScript } from '../../replayer/reproduce/curl-script.ts'
import { ingredientsOf } from '../../replayer/reproduce/ingredients.ts'
import { recipeOf } from '../../replayer/reproduce/recipe.ts'
import { testFile } from '../../replayer/reproduce/test-file.ts'
import { valuesOf } from '../../replayer/aliases/values.ts'
import { body, newEntry } from '../journal/entries.ts'
import { record } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'

// What is written to files: spools, scripts and tests.

const secrets = createSecrets(Buffer.alloc(32, 'k'), undefined, [], [...SECRET_NAMES, 'pin'])

async function useJournal() {
  const journal = openJournal({ url: await createDatabase(), secrets })
  onTestFinished(() => journal.close())
  return journal
}

const JSON_TYPE = ['Content-Type', 'application/json']

test('a spool holds what the journal would: secrets sealed', async () => {
  const journal = await useJournal()
  const folder = emptyFolder()
  const spool = await openSpool(folder, 1024 * 1024, () => {})
  const entry = newEntry(1, {
    request: {
      target: '/a?access_token=planted-1',
      fields: JSON_TYPE,
      body: body('{"pin":"planted-2"}'),
    },
  })
  const { number, arrivedAt, sender, request } = entry
  const secretsIn = [{ offset: 0, value: Buffer.from('planted-3') }]
  const records = [
    journal.seal({ kind: 'entry', entry, had: 'intent' }),
    journal.seal({ kind: 'intent', intent: { number, arrivedAt, sender, request } }),
    journal.seal({
      kind: 'chunk',
      chunk: {
        ...{ number, arrivedAt, side: 'request', position: 0 },
        ...{ bytes: Buffer.from('*********'), secrets: secretsIn },
      },
    }),
  ]
  await spool.append(records.map((one) => ({ recorder: 'r', record: one })))
  await spool.close()
  const written = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('')
  expect(written).toContain('sealed')
  expect(written).toContain('access_token=*********')
  expect(written).not.toContain('planted')
})

test('a script and a test take secrets from the environment, or from the answer that brought them', async () => {
  const journal = await useJournal()
  const token = 'planted-4-8f14e45fceea167a5a36dedd4bea2543'
  const ids = await record(journal, 'written', [
    {
      target: '/login?access_token=planted-5',
      fields: JSON_TYPE,
      body: '{"password":"planted-6","pin":731904}',
      answerFields: JSON_TYPE,
      answerBody: `{"access_token":"${token}"}`,
    },
    {
      ...{ target: '/things', fields: ['X-Session', token], status: 500, verdict: 'failed' },
      ...{ answerFields: JSON_TYPE, answerBody: '{"error":"no","id_token":"planted-7"}' },
    },
  ])
  const found = {
    ...({ how: 'smallest', refused: [], before: 1, steadiness: 'steady' } as const),
    ...{ ids: ids.slice(0, -1), trials: 1, last: null },
  }
  const recipe = recipeOf(await ingredientsOf(journal, found, ids.at(-1)!, valuesOf), secrets)
  const given = recipe.secrets.map(({ variable }) => variable).sort()
  expect(given).toEqual(['ACCESS_TOKEN', 'PASSWORD', 'PIN'])
  for (const text of [curlScript(recipe), testFile(recipe)]) {
    expect(text).not.toMatch(/planted|731904/)
    expect(text).not.toContain(token)
    // The token is taken from the first answer.
    expect(text).toContain('VALUE_1')
  }
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { curlScript } from '../../../replayer/reproduce/curl-script.ts'
import { ingredientsOf } from '../../../replayer/reproduce/ingredients.ts'
import { minimise, type Minimised } from '../../../replayer/reproduce/minimise.ts'
import { recipeOf } from '../../../replayer/reproduce/recipe.ts'
import type { ValuesOf } from '../../../replayer/reproduce/suspects.ts'
import { filled } from '../../../replayer/reproduce/template.ts'
import { testFile } from '../../../replayer/reproduce/test-file.ts'
import { createDatabase } from '../../support/database.ts'
import { emptyFolder } from '../../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { testSecrets } from '../../support/secrets.ts'
import { record, type Said } from '../recording.ts'
import { recordHistory, startBackend } from './backend.ts'
import { planUpTo, runOptions, thingsOf } from './stage.ts'

// Some play dozens of trials.
vi.setConfig({ testTimeout: 120_000 })

const database = await createDatabase()
let streams = 0

/** Runs what was written as its reader would. */
async function execute(program: string, text: string, env: Record<string, string>) {
  const file = join(emptyFolder(), program === 'sh' ? 'failure.sh' : 'failure.test.mjs')
  writeFileSync(file, text, 'latin1')
  const argv = program === 'sh' ? [file] : ['--test', file]
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(program === 'sh' ? 'sh' : process.execPath, argv, {
    env: { PATH, HOME, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => (output += piece))
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

const untouched = (ids: readonly number[]): Minimised => ({
  ...{ how: 'smallest', ids, refused: [], before: ids.length, steadiness: 'steady' },
  ...{ trials: 1, last: null },
})

async function recipeFor(said: readonly Said[], valuesOf: ValuesOf) {
  const journal = useJournal(database)
  const ids = await record(journal, `recipe-${streams++}`, said)
  const found = untouched(ids.slice(0, -1))
  return recipeOf(await ingredientsOf(journal, found, ids.at(-1)!, valuesOf), testSecrets)
}

test('ids that the backend makes up anew are taken from its answers, by script and by test', async () => {
  const journal = useJournal(database)
  const backend = await startBackend({ ids: 'random' })
  const stream = `recipe-${streams++}`
  const { entries, failure } = await recordHistory(journal, stream, backend)
  const all = entries.map(({ id }) => id).filter((id) => id < failure.id)
  const ingredients = await ingredientsOf(journal, untouched(all), failure.id, thingsOf)
  const recipe = recipeOf(ingredients, testSecrets)
  expect(recipe.steps.flatMap(({ remarks }) => remarks)).toStrictEqual([])

  const script = await execute('sh', curlScript(recipe), { BASE_URL: `${backend.url}/` })
  expect(script).toMatchObject({ code: 0 })
  expect(script.output).toContain(`entry ${failure.id}: 500\n{"error":"a link leads nowhere"}\n`)
  expect(backend.requests).toHaveLength(11)
  backend.forget()
  const failing = await execute('node', testFile(recipe), { BASE_URL: backend.url })
  expect(failing).toMatchObject({ code: 1 })
  expect(failing.output).toContain('answered 500: {"error":"a link leads nowhere"}')
})

test('where it does not fail any more, the script says so and the test is green', async () => {
  const recipe = await recipeFor(
    [{ target: '/a' }, { target: '/b', status: 500, verdict: 'failed' }],
    () => ({ uses: [], produces: [] }),
  )
  const mended = await startRawOrigin(() => plainAnswer('fine', '201 Made'))
  const env = { BASE_URL: mended.url }
  expect(await execute('sh', curlScript(recipe), env)).toMatchObject({ code: 1 })
  expect(await execute('node', testFile(recipe), env)).toMatchObject({ code: 0 })
  const refusing = await startRawOrigin(() => plainAnswer('who are you?', '401 No'))
  const script = await execute('sh', curlScript(recipe), { BASE_URL: refusing.url })
  expect(script).toMatchObject({ code: 2 })
  expect(script.output).toContain('answered 401')
  const red = await execute('node', testFile(recipe), { BASE_URL: refusing.url })
  expect(red).toMatchObject({ code: 1 })
  expect(red.output).toContain('could not be restored: 401')
})

/** What must survive the shell and JavaScript. */
const AWKWARD: Said[] = [
  {
    method: 'PUT',
    target: '/it\'s/$HOME/`id`?a=%20&b=[1-3]{x,y}&c="\\&d=../e',
    fields: [
      'Host',
      'b',
      'Content-Type',
      "text/plain; x='$(id)'",
      'X-Empty',
      '',
      'X-Latin',
      'caf\u00e9',
    ],
    body: 'it\'s "$HOME" `id` \\ \n@file\u00e9\u{1f600}\n',
  },
  { method: 'POST', target: '/bytes', body: Buffer.from([0, 1, 255, 37, 92, 39, 10, 0]) },
  { method: 'DELETE', target: '/nothing' },
  { method: 'POST', target: '/empty', fields: ['Host', 'b', 'Content-Length', '0'] },
  { method: 'POST', target: '/large', body: Buffer.alloc(70_000, 'ab\u00e9\n') },
  { method: 'PATCH', target: '/last', status: 503, verdict: 'failed', body: '{"a":1}' },
]

test.each(['sh', 'node'])('%s sends what was recorded, byte for byte', async (program) => {
  const recipe = await recipeFor(AWKWARD, () => ({ uses: [], produces: [] }))
  const origin = await startRawOrigin(({ target }) =>
    plainAnswer('', target === '/last' ? '503 Oops' : '201 Made'),
  )
  const text = program === 'sh' ? curlScript(recipe) : testFile(recipe)
  const ran = await execute(program, text, { BASE_URL: origin.url })
  expect(ran).toMatchObject({ code: program === 'sh' ? 0 : 1 })
  expect(origin.requests.map(({ method, target }) => `${method} ${target}`)).toStrictEqual(
    AWKWARD.map(({ method, target }) => `${method} ${target}`),
  )
  for (const [i, { body = '' }] of AWKWARD.entries()) {
    expect(origin.requests[i]!.body.equals(Buffer.from(body))).toBe(true)
  }
  const names = origin.requests[0]!.fields.filter((_, i) => i % 2 === 0)
  expect(names.filter((name) => !/^(host|content-length|connection)$/i.test(name))).toStrictEqual([
    ...['Content-Type', 'X-Empty', 'X-Latin'],
  ])
  expect(origin.requests[0]!.fields).toEqual(
    expect.arrayContaining(["text/plain; x='$(id)'", 'caf\u00e9']),
  )
})

test('secrets are not written, but asked for', async () => {
  const recipe = await recipeFor(
    [
      {
        target: '/login?api_key=hush1&x=1',
        fields: ['Host', 'b', 'Content-Type', 'application/json', 'Cookie', 'sid=hush2'],
        body: '{"user":"eve","password":"hush\\"3","userToken": "hush4"}',
      },
      {
        target: '/form',
        fields: ['Host', 'b', 'Authorization', 'Basic hush5'],
        body: 'a=1&client_secret=hush6',
        ...{ status: 500, verdict: 'failed' },
      },
    ],
    () => ({ uses: [], produces: [] }),
  )
  const origin = await startRawOrigin(({ target }) =>
    plainAnswer('', target === '/form' ? '500 Oops' : '201 Made'),
  )
  const secrets = {
    ...{ API_KEY: 'k', COOKIE: 'c=d', PASSWORD: "p'w", USERTOKEN: 't' },
    ...{ AUTHORIZATION: 'Basic x', CLIENT_SECRET: 's' },
  }
  expect(recipe.secrets.map(({ variable }) => variable).sort()).toStrictEqual(
    Object.keys(secrets).sort(),
  )
  for (const [program, text] of [
    ['sh', curlScript(recipe)],
    ['node', testFile(recipe)],
  ] as const) {
    expect(text).not.toContain('hush')
    const without = await execute(program, text, { BASE_URL: origin.url })
    expect(without.code).not.toBe(0)
    expect(origin.requests).toStrictEqual([])
    await execute(program, text, { BASE_URL: origin.url, ...secrets })
    const [login, form] = origin.requests.splice(0)
    expect(login).toMatchObject({ target: '/login?api_key=k&x=1' })
    expect(login!.fields).toContain('c=d')
    expect(login!.body.toString()).toBe('{"user":"eve","password":"p\'w","userToken": "t"}')
    expect(form!.fields).toContain('Basic x')
    expect(form!.body.toString()).toBe('a=1&client_secret=s')
  }
})

const made = (id: string, changes: Partial<Said> = {}): Said => ({
  target: '/items',
  answerFields: ['Content-Type', 'application/json'],
  answerBody: `{"items":[{"id":${id}}]}`,
  ...changes,
})

const SMALL = { uses: ['item 17'], produces: [] }

test.for<[string, Said, string]>([
  ['a segment behind its noun', { target: '/items/17/x?n=17' }, '/items/$VALUE_1/x?n=17'],
  ['no other segment', { target: '/pages/17' }, 'TODO'],
  ['a parameter that names it', { target: '/x?itemId=17&n=17' }, '/x?itemId=$VALUE_1&n=17'],
  ['a member that names it', { body: '{"n":17,"item_id": 17}' }, '{"n":17,"item_id": $VALUE_1}'],
  ['a member as text', { body: '{"n":"17","id":"17"}' }, '{"n":"17","id":"$VALUE_1"}'],
  ['no quantity', { body: '{"quantity":17}' }, 'TODO'],
  ['a field of a form', { body: 'quantity=17&item=17' }, 'quantity=17&item=$VALUE_1'],
])('a small number is taken from an answer only as an id: %s', async ([, said, expected]) => {
  const use: Said = { ...said, status: 500, verdict: 'failed' }
  const { steps } = await recipeFor([made('17'), use], ({ status }) =>
    status === 500 ? SMALL : { uses: [], produces: ['item 17'] },
  )
  const { target, body, remarks } = steps[1]!
  const texts = [target, body === null || body === 'missing' ? [] : body].map((template) =>
    filled(template, ({ name }) => `$${name}`),
  )
  if (expected === 'TODO') expect(remarks[0]).toMatch(/made up stands here too: replace it$/)
  else expect(texts).toContain(expected)
  expect(steps[0]!.takes.map(({ at }) => at)).toStrictEqual(
    expected === 'TODO' ? [] : [{ kind: 'json', path: ['items', 0, 'id'] }],
  )
})

test('a token, an entity-tag and a Location are taken where they are used', async () => {
  const token = 'abcdef0123456789'
  const uses: Said = {
    fields: ['Host', 'b', 'Authorization', `Bearer ${token}`, 'If-Match', `"${token}"`],
    ...{ target: `/a/${token}?q=${token}`, status: 500, verdict: 'failed' },
  }
  const location = made('1', { answerFields: ['Location', `http://b/x/${token}?y#z`] })
  const recipe = await recipeFor([location, uses], ({ status }) =>
    status === 500 ? { uses: [token], produces: [] } : { uses: [], produces: [token] },
  )
  expect(recipe.secrets).toStrictEqual([])
  const origin = await startRawOrigin(({ target }) =>
    target === '/items'
      ? plainAnswer('', '201 Made', 'Location: /x/new1\r\n')
      : plainAnswer('', '500 Oops'),
  )
  for (const [program, text] of [
    ['sh', curlScript(recipe)],
    ['node', testFile(recipe)],
  ] as const) {
    await execute(program, text, { BASE_URL: origin.url })
    const [, used] = origin.requests.splice(0)
    expect(used!.target).toBe('/a/new1?q=new1')
    expect(used!.fields).toEqual(expect.arrayContaining(['Bearer new1', '"new1"']))
  }
})

test('a sequence that was minimised, written and sent fails', async () => {
  const journal = useJournal(database)
  const backend = await startBackend()
  const stream = `recipe-${streams++}`
  const { failure } = await recordHistory(journal, stream, backend)
  const found = await minimise(journal, {
    plan: await planUpTo(journal, stream, failure.id),
    run: runOptions(backend.url, { onFailure: 'continue' }),
    reset: () => Promise.resolve(backend.forget()),
    ...{ tries: 1, mostTrials: 100, timeLimit: Infinity, valuesOf: thingsOf },
  })
  const recipe = recipeOf(await ingredientsOf(journal, found, failure.id, thingsOf), testSecrets)
  backend.forget()
  const ran = await execute('sh', curlScript(recipe), { BASE_URL: backend.url })
  expect(ran).toMatchObject({ code: 0 })
})

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { askAfter, askBefore, contextOf, refusalOf } from '../../../replayer/sending/hooked.ts'
import { loadHook } from '../../../replayer/sending/hook-module.ts'
import { emptyFolder } from '../../support/folder.ts'
import { entryWith, requestWith } from './entries.ts'

async function load(code: string, name = 'hook.mjs') {
  const folder = emptyFolder()
  await writeFile(join(folder, name), code)
  return loadHook(name, folder)
}

const { signal } = new AbortController()
const context = contextOf(entryWith({ id: 7 }), 1, { target: 'http://t/', signal })

async function before(code: string, said: Parameters<typeof requestWith>[0] = {}) {
  const hook = await load(`export async function before(request, context) { ${code} }`)
  return askBefore(hook, requestWith(said), context)
}

async function after(code: string, status = 200, method = 'POST', retried?: 'once') {
  const hook = await load(`export function after(request, answer, context) { ${code} }`)
  const answer = { status, reason: '', fields: [], body: Buffer.from('b'), trailers: [] }
  return askAfter(hook, { request: requestWith({ method }), answer }, context, retried ?? 'never')
}

test('a hook is the default export, or what a module exports', async () => {
  const named = await load('export function before() { return { skip: "named" } }')
  expect(await askBefore(named, requestWith(), context)).toMatchObject({ why: 'named' })
  const whole = await load('export default { before() { return { skip: "default" } } }')
  expect(await askBefore(whole, requestWith(), context)).toMatchObject({ why: 'default' })
})

test.each([
  ['hook.mjs', 'export const nothing = 1', /expected before or after to be exported, got nothing/],
  ['hook.mjs', 'export const befor = () => {}', /got befor/],
  ['hook.mjs', 'export default () => {}', /an object as its default export, got function/],
  ['hook.mjs', 'export const after = 5', /expected after to be a function, got number/],
  ['hook.mjs', 'export const a = {', /expected an ES module that loads, but: /],
  ['hook.mjs', 'import "./gone.mjs"', /expected an ES module that loads, but: .*gone\.mjs/],
  ['hook.mjs', 'throw new Error("no key")', /that loads, but: no key/],
  ['hook.json', '{}', /expected a \.js, \.mjs or \.ts file/],
])('a module that is none: %s, %s', async (name, code, message) => {
  const failure = await load(code, name).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'hook_failed', hint: expect.any(String) })
  expect((failure as Error).message).toMatch(message)
  expect((failure as Error).message).toContain(`the hook '${name}'`)
})

test('a file that is not there is named with where it was looked for', async () => {
  const folder = emptyFolder()
  await expect(loadHook('./gone.mjs', folder)).rejects.toThrow(join(folder, 'gone.mjs'))
})

/** By Node itself and the build: vitest reads every module its own way. */
async function loadedByNode(code: string): Promise<string> {
  const folder = emptyFolder()
  await writeFile(join(folder, 'hook.ts'), code)
  const built = new URL('../../../dist/replayer/sending/hook-module.js', import.meta.url)
  const program = `import { loadHook } from '${built.href}'
    const [, folder] = process.argv
    const told = await loadHook('hook.ts', folder).then(
      ({ hook }) => 'read ' + Object.keys(hook), (problem) => problem.message)
    console.log(told)`
  const args = ['--input-type=module', '--eval', program, folder]
  return (await promisify(execFile)(process.execPath, args)).stdout
}

test('a hook in TypeScript is read where Node can, and else it is said', async () => {
  const told = await loadedByNode('export const before = (): { skip: string } => ({ skip: "a" })')
  const isAble = (process.features as { typescript?: unknown }).typescript
  expect(told).toMatch(
    isAble ? /^read before/ : /^the hook 'hook.ts': Node [\d.]+ reads no TypeScript/,
  )
})

test('before sees the request and the entry', async () => {
  const code = 'return { skip: JSON.stringify([request, context.entry, context.attempt]) }'
  const said = await before(code, { body: async function* () {} })
  expect(JSON.parse((said as { why: string }).why)).toStrictEqual([
    { method: 'POST', target: '/things', headers: [['Host', 'backend.test']], body: 'streamed' },
    ...[
      { id: 7, method: 'POST', target: '/things', arrivedAt: expect.any(String), status: 201 },
      1,
    ],
  ])
})

test('before may change all of a request, or a part', async () => {
  const fields = ['Host', 'a', 'X-Old', '1', 'X-B', '2']
  const change = `{ method: 'PUT', target: '/x?y', headers: { 'x-old': null, 'X-b': '3', N: '4' }, body: 'ä' }`
  expect(await before(`return { change: ${change} }`, { fields })).toStrictEqual({
    kind: 'send',
    request: {
      ...requestWith({ method: 'PUT', target: '/x?y', body: Buffer.from('ä') }),
      fields: ['Host', 'a', 'X-B', '3', 'N', '4'],
    },
  })
  const body = Buffer.from('kept')
  expect(await before('return { change: {} }', { body })).toMatchObject({ request: { body } })
  expect(await before('', { body })).toMatchObject({ kind: 'send', request: { body } })
  expect(await before('return { change: { body: null } }', { body })).toMatchObject({
    request: { body: null },
  })
})

test('before may skip and stop, with a reason', async () => {
  expect(await before('return { skip: "old" }')).toStrictEqual({ kind: 'skip', why: 'old' })
  expect(await before('return { stop: "enough" }')).toStrictEqual({ kind: 'stop', why: 'enough' })
})

test.each([
  ['return 5', 'expected before to return an object of change, skip, stop, or nothing, got number'],
  ['return null', 'got null'],
  ['return {}', 'expected before to return one of change, skip and stop, got nothing'],
  ['return { skip: "a", stop: "b" }', 'got skip and stop'],
  [
    'return { change: {}, note: "b" }',
    'expected before to return only change, skip, stop, got note',
  ],
  ['return { skip: true }', 'expected skip to be a text that says why, got boolean'],
  ['return { stop: "" }', 'got an empty one'],
  ['return { change: 1 }', 'expected change to have an object of method, target, headers, body'],
  ['return { change: { url: "/" } }', 'got url'],
  ['return { change: { method: "P T" } }', "expected method to be one such as POST, got 'P T'"],
  ['return { change: { target: "a" } }', 'expected target to be a path that begins with /'],
  ['return { change: { target: "/a b" } }', "got '/a b'"],
  [
    'return { change: { body: {} } }',
    'expected body to be a text, a Buffer or null, got an object',
  ],
  ['return { change: { headers: [] } }', 'expected headers to be an object of names and values'],
  ['return { change: { headers: { "a b": "1" } } }', "expected a field's name"],
  ['return { change: { headers: { a: 1 } } }', 'expected the header a to be a text or null'],
  ['return { change: { headers: { a: "1\\r\\n2" } } }', 'without line breaks'],
  ['return { change: { headers: { "Content-Length": "1" } } }', 'framing, which follows the body'],
  ['throw new Error("no key")', 'no key'],
])('before: %s is one clear error', async (code, message) => {
  const failure = await before(code).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'hook_failed', source: 'user' })
  const text = (failure as Error).message
  expect(text).toContain("the hook 'hook.mjs': before, at entry 7 (POST /things): ")
  expect(text).toContain(message)
})

test('after sees the answer, and may note and stop', async () => {
  expect(await after('')).toStrictEqual({ kind: 'keep', notes: [] })
  expect(await after('return { note: `${answer.status} ${answer.body}` }')).toStrictEqual({
    ...{ kind: 'keep', notes: ['200 b'] },
  })
  expect(await after('return { note: "n", stop: "enough" }')).toStrictEqual({
    ...{ kind: 'stop', notes: ['n', 'enough'] },
  })
})

test.each([
  ['return { retry: true }', "expected retry to be 'if-safe' or 'not-applied', got true"],
  ['return { retry: "if-safe", stop: "a" }', 'expected after to return one of stop and retry'],
  ['return { skip: "a" }', 'expected after to return only note, stop, retry, got skip'],
  ['return { note: 1 }', 'expected note to be a text'],
])('after: %s is one clear error', async (code, message) => {
  await expect(after(code)).rejects.toThrow(message)
})

test.each<[string, number, 'if-safe' | 'not-applied', RegExp | null]>([
  ['PUT', 200, 'if-safe', null],
  ['DELETE', 500, 'if-safe', null],
  ['POST', 409, 'if-safe', null],
  ['POST', 500, 'if-safe', /500: POST may have been applied/],
  ['POST', 500, 'not-applied', null],
  ['POST', 201, 'if-safe', /201 says that POST was applied/],
  ['POST', 201, 'not-applied', /201 says that POST was applied/],
])('the wish to send a %s answered %i again, %s', (method, status, retry, refusal) => {
  const answer = { status, reason: '', fields: [], body: Buffer.alloc(0), trailers: [] }
  const why = refusalOf({ request: requestWith({ method }), answer }, retry)
  if (refusal === null) expect(why).toBeNull()
  else expect(why).toMatch(refusal)
})

test('a retry is granted once, and refused with a note', async () => {
  expect(await after('return { retry: "if-safe" }', 409)).toMatchObject({ kind: 'again' })
  expect(await after('return { retry: "if-safe" }', 409, 'POST', 'once')).toStrictEqual({
    kind: 'keep',
    notes: ["the hook's retry was not made: it was already granted once"],
  })
})

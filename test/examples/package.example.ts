import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ran } from './ran.ts'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'reprise-package-'))
const tarball = join(folder, 'reprise.tgz')

beforeAll(async () => {
  const { stdout } = await ran(
    'npm',
    ['pack', '--ignore-scripts', '--json', `--pack-destination=${folder}`],
    { cwd: ROOT },
  )
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  await ran('mv', [filename, tarball], { cwd: folder })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('publint has nothing to say of the package', async () => {
  const packed = readFileSync(tarball)
  const buffer = packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength)
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true })
  expect(messages).toEqual([])
})

test('every entry point has the types of what it exports, for each way in which it is resolved', async () => {
  const checked = await checkPackage(createPackageFromTarballData(readFileSync(tarball)))
  // It is of ES modules: Node from 20.19 on also requires those. Before TypeScript 4.7 nobody read `exports`.
  const known = ({ kind, resolutionKind }: { kind: string; resolutionKind?: string }) =>
    resolutionKind === 'node10' || (kind === 'CJSResolvesToESM' && resolutionKind === 'node16-cjs')
  const problems = 'problems' in checked ? checked.problems : [{ kind: 'NoTypes' }]
  expect(problems.filter((one) => !known(one))).toEqual([])
})

test('installed in an empty folder it is used from JavaScript and from TypeScript', async () => {
  const cwd = join(folder, 'installed')
  mkdirSync(cwd)
  const files = {
    'package.json': JSON.stringify({ private: true, type: 'module' }),
    'plain.js': PLAIN,
    'typed.ts': TYPED,
    'hook.cts': REQUIRED,
    'tsconfig.json': JSON.stringify({ compilerOptions: STRICT }),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const types = `@types/node@${devDependencies['@types/node']}`
  const vitest = `vitest@${devDependencies['vitest']}`
  const quiet = ['--no-audit', '--no-fund']
  await ran('npm', ['install', ...quiet, tarball, types, vitest], { cwd })

  expect((await ran(process.execPath, ['plain.js'], { cwd })).stdout).toBe('1 as recorded\n')

  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  await ran(process.execPath, [tsc, '--module', 'node16'], { cwd })
  await ran(process.execPath, [tsc, '--module', 'esnext', '--moduleResolution', 'bundler'], { cwd })
  expect((await ran(process.execPath, ['out/typed.js'], { cwd })).stdout).toBe('1 as recorded\n')
  const { stdout } = await ran('npx', ['--no', '--', 'reprise', '--help'], { cwd })
  expect(stdout).toMatch(/^ +ci /m)
})

test('a recording in the repository is made once, held against on CI, and made anew as snapshots are', async () => {
  const cwd = join(folder, 'installed')
  writeFileSync(join(cwd, 'shop.test.js'), COMMITTED)
  const tests = (env: Record<string, string>, ...more: string[]) =>
    ran('npx', ['--no', 'vitest', 'run', 'shop.test.js', ...more], {
      cwd,
      env: { CI: '', PRICE: '8', ...env },
    })
  const file = () => readFileSync(join(cwd, 'shop.reprise.jsonl'), 'utf8')
  await expect(tests({ CI: '1' })).rejects.toThrow('there is no such file')
  await tests({})
  const first = file()
  await tests({})
  expect(file()).toBe(first)
  await expect(tests({ CI: '1', PRICE: '9' })).rejects.toThrow('body /total: 8 -> 9')
  await tests({ PRICE: '9' }, '--update')
  expect(file()).not.toBe(first)
  await tests({ CI: '1', PRICE: '9' })
})

/** Also what our own types import is looked at, which must need no types of what we depend on. */
const STRICT = {
  ...{ target: 'ES2022', lib: ['ES2022', 'ESNext.Disposable'], types: ['node'], strict: true },
  ...{ exactOptionalPropertyTypes: true, skipLibCheck: false, outDir: 'out', rootDir: '.' },
}

const PLAIN = `
import { createServer } from 'node:http'
import { startRecorder, replay } from 'reprise'

const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const upstream = 'http://127.0.0.1:' + server.address().port
const recorder = await startRecorder({ upstream })
await fetch(recorder.url + '/things', { method: 'POST', body: 'one' })
const { ok, outcomes } = await replay({ from: recorder, to: upstream })
await recorder.close()
server.close()
console.log(ok ? outcomes.same + ' as recorded' : 'not as recorded')
`

const TYPED = `
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { journal, openDatabase, Problem, replay, startRecorder, type ReplayRun } from 'reprise'
import type { Hook } from 'reprise/hook'
import { assertAsRecorded, type Recording } from 'reprise/node-test'
import type { recording } from 'reprise/vitest'

export type Helpers = [Recording, typeof recording, Hook]

const server = createServer((_, response) => response.end('{"ok":true}')).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const upstream = new URL('http://127.0.0.1:' + (server.address() as AddressInfo).port)

async function recorded(): Promise<ReplayRun> {
  await using database = await openDatabase()
  await using recorder = await startRecorder({ upstream, database, stream: 'typed', durability: 'intent' })
  await fetch(recorder.url + '/things', { method: 'POST', body: 'one' })
  await using log = await journal({ database, stream: recorder.stream })
  for await (const { request, response } of log) {
    const body: string = await request.text()
    if (body !== 'one' || response?.status !== 200) throw new Error(body)
  }
  // @ts-expect-error -- there is no such durability
  const wrong: unknown = await startRecorder({ upstream, durability: 'often' }).catch((error) => error)
  if (!(wrong instanceof Problem) || wrong.code !== 'settings_invalid') throw wrong
  return await replay({ from: recorder, to: upstream, filter: { methods: ['POST'] }, timeout: '10s' })
}

const run = await recorded()
assertAsRecorded(run)
console.log(run.outcomes.same + ' as recorded')
server.close()
`

const COMMITTED = `
import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { recording } from 'reprise/vitest'

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json')
  request.resume().on('end', () => response.end(JSON.stringify({ total: Number(process.env.PRICE) })))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
afterAll(() => void server.close())
const upstream = 'http://127.0.0.1:' + server.address().port

const shop = recording({ file: 'shop.reprise.jsonl' })

test('an order', async () => {
  const { url } = await shop.record({ upstream })
  await fetch(url + '/orders', { method: 'POST' })
})

test('is answered as it was', async () => {
  expect(await shop.replay({ to: upstream })).toBeAsRecorded()
})
`

const REQUIRED = `
import type { Hook } from 'reprise/hook' with { 'resolution-mode': 'import' }
export const hook: Hook = { before: () => ({ skip: 'not now' }) }
`

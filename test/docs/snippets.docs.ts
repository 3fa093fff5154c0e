import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { PAGES, ROOT } from './pages.ts'

// What the pages show besides commands: TypeScript, which has the types of the built package, and SQL.

function blocksIn(language: string) {
  return PAGES.flatMap(({ path, blocks }) =>
    blocks
      .filter((block) => block.language === language)
      .map(({ text, line }) => ({ text, place: `${path}:${line}` })),
  )
}

/** What the snippets import of their reader's. */
const SHOP = `
export declare const app: { url: string }
export declare const build: { url: string }
export declare function placeOrder(url: string): Promise<void>
`

test('TypeScript compiles', async () => {
  const snippets = blocksIn('ts')
  expect(snippets.length).toBeGreaterThan(2)
  // Within the package, so that it is found by its name.
  const folder = join(ROOT, '.cache/snippets')
  await mkdir(folder, { recursive: true })
  onTestFinished(() => rm(folder, { recursive: true }))
  const compilerOptions = { lib: ['ESNext'], rootDir: ROOT, noUnusedLocals: false }
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder, 'shop.ts'), SHOP)
  for (const { text, place } of snippets) {
    await writeFile(join(folder, `${place.replaceAll(/\W/g, '-')}.ts`), text)
  }
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toBe('')
})

test('SQL is taken', async () => {
  const client = new pg.Client({ connectionString: await databaseHere })
  await client.connect()
  onTestFinished(() => client.end())
  const blocks = blocksIn('sql')
  expect(blocks.length).toBeGreaterThan(1)
  for (const { text, place } of blocks) {
    // Roles are the server's, and none is left behind.
    await client.query('begin')
    await client.query(text).catch((error: Error) => expect.fail(`${place}: ${error.message}`))
    await client.query('rollback')
  }
})

const databaseHere = createDatabase()

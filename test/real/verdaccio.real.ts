import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { startBackend } from './backend.ts'
import { npmProgram } from './npm-program.ts'
import { restored } from './restored.ts'

const database = await createDatabase()
const PACKAGES = ['@shop/cart', 'left-pad-ish']

const CONFIG = `
storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
packages: { '**': { access: $all, publish: $authenticated, unpublish: $authenticated } }
log: { type: stdout, format: pretty, level: warn }
`

/** What npm would install: versions with their digests, tags and words of warning. */
async function stateOf(url: string): Promise<unknown> {
  return Promise.all(
    PACKAGES.map(async (name) => {
      const answer = await fetch(`${url}/${name.replace('/', '%2f')}`)
      if (answer.status === 404) return null
      const { versions, 'dist-tags': tags } = (await answer.json()) as {
        versions: Record<string, { deprecated?: string; dist: { shasum: string; tarball: string } }>
        'dist-tags': Record<string, string>
      }
      const kept = await Promise.all(
        Object.entries(versions).map(async ([version, { deprecated, dist }]) => {
          const tarball = await fetch(url + new URL(dist.tarball).pathname)
          const bytes = (await tarball.arrayBuffer()).byteLength
          return { version, deprecated, shasum: dist.shasum, bytes }
        }),
      )
      return { tags, versions: kept.sort((a, b) => (a.version < b.version ? -1 : 1)) }
    }),
  )
}

/** Real `npm` of a user who has logged in. */
async function drive(url: string): Promise<void> {
  const folder = emptyFolder()
  const login = await fetch(`${url}/-/user/org.couchdb.user:ada`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'ada', password: 'lovelace-1815', email: 'a@example.org' }),
  })
  const { token } = (await login.json()) as { token: string }
  const host = new URL(url).host
  const npmrc = join(folder, 'npmrc')
  await writeFile(npmrc, `registry=${url}/\n//${host}/:_authToken=${token}\n`)
  const env = { ...process.env, npm_config_userconfig: npmrc, npm_config_cache: join(folder, 'c') }
  const npm = async (cwd: string, ...args: string[]) => {
    await promisify(execFile)('npm', [...args, '--registry', url], { cwd, env })
  }
  for (const name of PACKAGES) {
    const at = join(folder, name.replace('/', '_'))
    await mkdir(at)
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
      await writeFile(join(at, 'package.json'), JSON.stringify({ name, version, main: 'a.js' }))
      await writeFile(join(at, 'a.js'), `module.exports = '${version}'\n`.repeat(200))
      await npm(at, 'publish', '--access', 'public')
    }
    await npm(at, 'dist-tag', 'add', `${name}@1.1.0`, 'stable')
    await npm(at, 'dist-tag', 'add', `${name}@1.0.0`, 'old')
    await npm(at, 'dist-tag', 'rm', name, 'old')
    await npm(at, 'deprecate', `${name}@1.0.0`, 'take 1.1')
    await npm(at, 'unpublish', `${name}@2.0.0`, '--force')
  }
  expect((await fetch(`${url}/-/whoami`)).status).toBeLessThan(500)
}

test('verdaccio: what npm published, tagged and withdrew is there again, with a token of the new life', async () => {
  const programs = await npmProgram('verdaccio', '6.1.6', { 'node-fetch': '2.7.0' })
  const folder = emptyFolder()
  await restored({
    ...{ database, stream: 'packages', drive, state: stateOf },
    async begin(port) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      await writeFile(join(folder, 'config.yaml'), CONFIG)
      const command = (at: number) =>
        [
          ...[join(programs, 'verdaccio'), '--listen', `127.0.0.1:${at}`],
          ...['--config', join(folder, 'config.yaml')],
        ] as unknown as [string]
      return startBackend(command, { cwd: folder, ready: '/-/ping', ...(port && { port }) })
    },
  })
})

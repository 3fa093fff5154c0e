import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmodSync, chownSync, existsSync, lstatSync, readlinkSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import { Server, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeLinks } from '../../journal/embedded/binaries.ts'
import { isAlive } from '../../journal/embedded/pid-file.ts'
import { openEmbedded } from '../../journal/embedded/server.ts'
import { adminUrl, query } from '../support/database.ts'
import { openUser, startUser } from './embedded-user.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = { uid: 65_534, gid: 65_534 }
// A user that every Unix has and that is neither root nor nobody.
const DAEMON = { uid: 1, gid: 1 }

/** A folder of mode 0700, as a home is; a server that a failed test left there is stopped. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-embedded-'))
  onTestFinished(async () => {
    const pid = serverOf(folder)
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGQUIT')
    if (pid !== undefined) await gone(pid)
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

const pidFile = (folder: string) => join(folder, 'pg', 'postmaster.pid')

function serverOf(folder: string): number | undefined {
  if (!existsSync(pidFile(folder))) return undefined
  const pid = Number(readFileSync(pidFile(folder), 'utf8').split('\n')[0])
  return pid === process.pid ? undefined : pid
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function note(url: string): Promise<string[]> {
  await query(url, 'create table if not exists notes (note serial)')
  return (
    await query<{ n: string }>(url, 'insert into notes default values returning note::text as n')
  ).map(({ n }) => n)
}

test('three that start at once share one server; the last one out stops it, its data stay', async () => {
  const folder = newFolder()
  const users = await Promise.all([1, 2, 3].map(() => openUser(folder)))
  const [first, second, third] = users
  expect(new Set(users.map(({ url }) => url)).size).toBe(1)
  expect(await note(first!.url)).toEqual(['1'])
  const pid = serverOf(folder)!
  await first!.leave()
  expect(await note(third!.url)).toEqual(['2'])
  await second!.kill()
  expect(await note(third!.url)).toEqual(['3'])
  await third!.leave()
  expect(isAlive(pid)).toBe(false)
  expect(existsSync(pidFile(folder))).toBe(false)

  const again = await openEmbedded({ dataDir: folder })
  expect(await note(again.url)).toEqual(['4'])
  await again.close()
  expect(readFileSync(join(folder, 'postgres.log'), 'utf8')).not.toMatch(/ERROR|PANIC/)
})

test('a port that was free a moment ago, and is taken now, is left to whoever has it', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const address = other.address()
  vi.spyOn(Server.prototype, 'address').mockReturnValueOnce(address)
  onTestFinished(() => void vi.restoreAllMocks())
  const server = await openEmbedded({ dataDir: newFolder() })
  expect(await note(server.url)).toEqual(['1'])
  expect(address).not.toMatchObject({ port: Number(new URL(server.url).port) })
  await server.close()
})

test('a server that is killed under its users comes back where it was', async () => {
  const folder = newFolder()
  const server = await openEmbedded({ dataDir: folder })
  expect(await note(server.url)).toEqual(['1'])
  const pid = serverOf(folder)!
  process.kill(pid, 'SIGKILL')
  await gone(pid)
  const noted = async (): Promise<number> => {
    try {
      return (await query(server.url, 'select from notes')).length
    } catch {
      return noted()
    }
  }
  expect(await noted()).toBe(1)
  expect(serverOf(folder)).not.toBe(pid)
  await server.close()
  expect(existsSync(pidFile(folder))).toBe(false)
})

test('what was committed is there after everything was killed, whoever has the pid now', async () => {
  const folder = newFolder()
  const user = await openUser(folder)
  await note(user.url)
  const pid = serverOf(folder)!
  process.kill(pid, 'SIGKILL')
  await user.kill()
  await gone(pid)
  // Left as after a reboot: the pid is that of another server, then of a program of another kind.
  const left = readFileSync(pidFile(folder), 'utf8')
  const [other] = await query<{ pid: number }>(adminUrl(), 'select pg_backend_pid() as pid')
  const recycled = [process.pid, await postmasterOf(other!.pid)]
  let expected = 2
  for (const stranger of recycled) {
    writeFileSync(pidFile(folder), left.replace(/^\d+/, String(stranger)))
    const recovered = await openEmbedded({ dataDir: folder })
    const [latest] = await note(recovered.url)
    expect(Number(latest)).toBeGreaterThanOrEqual(expected++)
    await recovered.close()
    expect(isAlive(stranger)).toBe(true)
  }
})

/** The server that a backend belongs to: the tests' own one, where it is the embedded one. */
async function postmasterOf(backend: number): Promise<number> {
  const stat = existsSync(`/proc/${backend}/stat`)
    ? readFileSync(`/proc/${backend}/stat`, 'utf8')
    : ''
  const parent = /^\d+ \(.*\) \S (\d+)/.exec(stat)?.[1]
  if (parent !== undefined) return Number(parent)
  // The backend has ended: any running process serves.
  return process.ppid
}

describe.runIf(isRoot)('another account than root', () => {
  test('has a server of its own, which root shares without changing whose it is', async () => {
    const folder = newFolder()
    chownSync(folder, DAEMON.uid, DAEMON.gid)
    const user = await openUser(folder, DAEMON)
    await note(user.url)
    await user.leave()
    const root = await openUser(folder)
    expect(Number((await note(root.url))[0])).toBe(2)
    await root.leave()
    expect(lstatSync(join(folder, 'pg', 'PG_VERSION')).uid).toBe(DAEMON.uid)
    const back = await openUser(folder, DAEMON)
    await back.leave()
  })

  test('that has no name is told why that is not enough', async () => {
    const folder = newFolder()
    chownSync(folder, 61_234, 61_234)
    expect(await startUser(folder, { uid: 61_234, gid: 61_234 })).toMatchObject({
      code: 'embedded_unavailable',
      hint: expect.stringContaining('/etc/passwd') as string,
    })
  })

  test('is told in one problem that it may not write, or not read what is there', async () => {
    const folder = newFolder()
    chmodSync(folder, 0o755)
    expect(await startUser(folder, NOBODY)).toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringContaining('EACCES') as string,
      hint: expect.stringContaining('--data-dir') as string,
    })
    mkdirSync(join(folder, 'pg'), { mode: 0o700 })
    expect(await startUser(folder, NOBODY)).toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringContaining('cannot read the cluster: EACCES') as string,
    })
  })
})

describe('a data directory that cannot be used is one clear problem', () => {
  test('where it cannot be made', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    await expect(openEmbedded({ dataDir: join(file, 'data') })).rejects.toMatchObject({
      code: 'embedded_unavailable',
      retryable: false,
      message: expect.stringContaining('cannot make the data directory') as string,
      hint: expect.stringContaining('--data-dir') as string,
    })
  })

  test('where another major version made it', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'pg'))
    writeFileSync(join(folder, 'pg', 'PG_VERSION'), '12\n')
    await expect(openEmbedded({ dataDir: folder })).rejects.toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringMatching(/was made by PostgreSQL 12, this is \d\d/) as string,
    })
  })

  test('where something else is in its place, and that is left alone', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'pg'))
    writeFileSync(join(folder, 'pg', 'mine'), 'kept')
    await expect(openEmbedded({ dataDir: folder })).rejects.toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringContaining('cannot make a cluster') as string,
    })
    expect(readFileSync(join(folder, 'pg', 'mine'), 'utf8')).toBe('kept')
  })
})

test('links that a blocked install script left out are made, and others stay', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'native', 'lib'), { recursive: true })
  const link = (name: string) => ({ source: 'native/lib/x.so.5.18', target: `native/lib/${name}` })
  writeFileSync(join(folder, 'native', 'lib', 'x.so.5.18'), 'library')
  writeFileSync(
    join(folder, 'native', 'pg-symlinks.json'),
    JSON.stringify([link('x.so'), link('x.so.5')]),
  )
  symlinkSync('elsewhere', join(folder, 'native', 'lib', 'x.so.5'))
  makeLinks(folder)
  expect(readFileSync(join(folder, 'native', 'lib', 'x.so'), 'utf8')).toBe('library')
  expect(readlinkSync(join(folder, 'native', 'lib', 'x.so.5'))).toBe('elsewhere')
  makeLinks(folder)
})

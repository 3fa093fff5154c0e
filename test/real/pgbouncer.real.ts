import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { eventually } from '../support/between.ts'
import { run, start } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { startNotingOrigin } from '../loop/noting-origin.ts'
import { startBouncer } from './bouncer.ts'

const database = await createDatabase()

async function programFrom(script: string): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { stdout } = await promisify(execFile)('sh', [path])
  return stdout.trim()
}

/** Posts until told to stop; answers the targets whose whole answer came. */
function hammer(url: string, name: string) {
  const acknowledged: string[] = []
  let isStopped = false
  const done = (async () => {
    for (let i = 0; !isStopped; i++) {
      const target = `/${name}/${i}`
      const answer = await fetch(url + target, { method: 'POST', body: `{"i":${i}}` })
      await answer.text()
      if (answer.ok) acknowledged.push(target)
    }
  })()
  return {
    acknowledged,
    async stop() {
      isStopped = true
      await done
    },
  }
}

test.each(['commit', 'intent'])(
  'through PgBouncer in transaction mode, killed on the way, nothing acknowledged is lost (%s)',
  async (durability) => {
    const program = await programFrom('install-pgbouncer.sh')
    const bouncer = await startBouncer(program, database)
    const origin = await startNotingOrigin()
    const stream = `bounced-${durability}`
    const settings = ['--database-url', bouncer.url, '--stream', stream]
    const proxy = await start([
      ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', ...settings],
      ...['--durability', durability, '--slow-commit', '500ms', '--admin-listen', '127.0.0.1:0'],
    ])
    const pooled = 'there is a pooler before PostgreSQL that takes no time-outs'
    await eventually(() => proxy.stderr().includes(pooled))
    const clients = Array.from({ length: 16 }, (_, i) => hammer(proxy.url, `${i}`))
    const acknowledged = () => clients.flatMap((client) => client.acknowledged)
    const until = async (count: number) => {
      while (acknowledged().length < count) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(500)
    await bouncer.stop('SIGKILL')
    await until(acknowledged().length + 300)
    const again = await startBouncer(program, database, bouncer.port)
    await until(acknowledged().length + 300)
    for (const client of clients) await client.stop()
    expect((await proxy.stop()).code).toBe(0)

    const rows = await query<{ target: string }>(
      database,
      'select target from reprise.entry where stream = $1',
      [stream],
    )
    const recorded = new Set(rows.map(({ target }) => target))
    expect(acknowledged().filter((target) => !recorded.has(target))).toEqual([])
    expect(rows.length).toBe(recorded.size)
    const audit = await run(['audit', '--database-url', again.url, '--stream', stream])
    expect(audit).toMatchObject({ code: 0 })
    const replay = ['replay', '--yes', '--base-url', origin.url, '--in-doubt', 'send']
    const ran = await run([...replay, '--database-url', again.url, '--stream', stream])
    expect(ran).toMatchObject({ code: 0 })
  },
)

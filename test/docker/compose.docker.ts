import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { composePrograms, eventually, newProject, type Project } from './compose.ts'

const programs = await composePrograms()

test('there is a compose program to test with', () => {
  expect(programs, 'neither `docker compose` nor docker-compose answers').not.toEqual([])
})

describe.each(programs.map((program) => ({ program, name: program.join(' ') })))(
  '$name',
  ({ program }) => {
    test('up runs the demo set-up: record, lose, restore', async () => {
      const project = await up(newProject(program))
      const proxy = await project.url('proxy', 8080)
      const simulator = await project.url('simulator', 8082)
      const replayer = await project.url('replayer', 8081)
      await eventually(
        () => fetch(`${proxy}/health`),
        (answer) => answer.ok,
      )
      for (const command of ['restart wifi', 'blink led', 'set channel 11']) {
        const answer = await post(`${proxy}/api/commands`, { command })
        expect(answer.status).toBe(201)
      }
      expect((await fetch(`${proxy}/api/commands/2`, { method: 'DELETE' })).status).toBe(204)
      const before = await queueOf(simulator)
      expect(before).toHaveLength(2)

      await post(`${simulator}/api/reboot`, {})
      expect(await queueOf(simulator)).toEqual([])
      const said = await project.compose('run', '--rm', '-T', 'replayer', 'replay', '--yes')
      expect(said).toContain('4 as recorded')
      expect(await queueOf(simulator)).toEqual(before)

      const logs = await project.compose('logs', 'replayer')
      const [token] = /reprise_[\w-]{43}/.exec(logs)!
      expect((await fetch(`${replayer}/api/entries`)).status).toBe(401)
      const page = await eventually(
        () => fetch(`${replayer}/api/entries`, { headers: { Authorization: `Bearer ${token}` } }),
        (answer) => answer.ok,
      )
      const { entries } = (await page.json()) as { entries: unknown[] }
      expect(entries).toHaveLength(4)
    })

    test('every serving container is healthy, on a read-only root, as a normal user', async () => {
      const project = await up(newProject(program))
      for (const service of ['proxy', 'replayer', 'simulator']) {
        const [id = ''] = await project.containers(service)
        const state = () => project.docker('inspect', '-f', '{{.State.Health.Status}}', id)
        await eventually(state, (status) => status.trim() === 'healthy')
        expect((await project.docker('exec', id, 'id', '-u')).trim()).toBe('1000')
        const readOnly = await project.docker('inspect', '-f', '{{.HostConfig.ReadonlyRootfs}}', id)
        expect(readOnly.trim()).toBe('true')
      }
    })

    test('while PostgreSQL is stopped mutations go on, and the audit holds afterwards', async () => {
      const project = await up(newProject(program))
      const proxy = await project.url('proxy', 8080)
      const admin = await project.url('proxy', 8089)
      const state = async () =>
        ((await (await fetch(`${admin}/health`)).json()) as { state: string }).state
      await eventually(
        () => fetch(`${proxy}/health`),
        (answer) => answer.ok,
      )
      expect((await post(`${proxy}/api/commands`, { command: 'before' })).status).toBe(201)
      await project.compose('stop', 'postgres')
      expect((await post(`${proxy}/api/commands`, { command: 'meanwhile' })).status).toBe(201)
      expect(await state()).toBe('spooling')
      // A proxy that is killed and comes back before PostgreSQL does goes on where it was.
      await project.compose('kill', 'proxy')
      await project.compose('start', 'proxy')
      const again = await project.url('proxy', 8080)
      const after = await eventually(
        () => post(`${again}/api/commands`, { command: 'after' }),
        (answer) => answer.status === 201,
      )
      expect(after.status).toBe(201)
      await project.compose('start', 'postgres')
      const restarted = await project.url('proxy', 8089)
      await eventually(
        async () =>
          ((await (await fetch(`${restarted}/health`)).json()) as { state: string }).state,
        (now) => now === 'ok',
      )
      const said = await project.compose('run', '--rm', '-T', 'replayer', 'audit')
      expect(said).toContain('The sum holds, and nothing is missing.')
    })

    test('TARGET_URL puts the proxy in front of a service of the host', async () => {
      const bodies: string[] = []
      const backend = createServer((request, response) => {
        request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
        request.on('end', () => response.end('done'))
      }).listen(0, '0.0.0.0')
      await once(backend, 'listening')
      onTestFinished(() => void backend.close())
      const { port } = backend.address() as AddressInfo
      const TARGET_URL = `http://host.docker.internal:${port}`
      const project = await up(newProject(program, { TARGET_URL, STREAM: 'host' }))
      const proxy = await project.url('proxy', 8080)
      await eventually(
        () => fetch(proxy),
        (answer) => answer.ok,
      )
      expect(await (await post(`${proxy}/things`, { a: 1 })).text()).toBe('done')
      await project.compose('run', '--rm', '-T', 'replayer', 'replay', '--yes')
      expect(bodies).toEqual(['{"a":1}', '{"a":1}'])
    })
  },
)

async function up(project: Project): Promise<Project> {
  onTestFinished(() => project.remove())
  await project.compose('up', '-d', '--build')
  return project
}

async function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function queueOf(simulator: string): Promise<unknown[]> {
  const answer = await eventually(
    () => fetch(`${simulator}/api/commands`),
    ({ ok }) => ok,
  )
  return ((await answer.json()) as { queue: unknown[] }).queue
}

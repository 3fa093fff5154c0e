import { recording } from 'reprise/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { createTasks } from './tasks.js'

const tasks = recording()

let token

test('a task is made and done', async () => {
  const { url } = await tasks.record({ upstream: await serve() })
  const session = await send('POST', `${url}/login`, { user: 'ada', password: 'engine' })
  token = session.access_token
  const task = await send('POST', `${url}/tasks`, { title: 'water the plants' })
  const done = await send('PATCH', `${url}/tasks/${task.id}`, { done: true })
  expect(done).toMatchObject({ by: 'ada', done: true })
})

test('neither password nor token can be read where it is recorded', async () => {
  for await (const { request, response } of await tasks.journal()) {
    const texts = [await request.text(), await response.text(), request.headers].join()
    expect(texts).not.toMatch('engine')
    expect(texts).not.toMatch(token)
  }
})

test('a fresh instance does the same, with a token of its own', async () => {
  expect(await tasks.replay({ to: await serve() })).toBeAsRecorded()
})

async function serve() {
  const app = createTasks()
  onTestFinished(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

async function send(method, url, body) {
  const headers = { 'Content-Type': 'application/json' }
  if (token) headers.Authorization = `Bearer ${token}`
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  expect(response.ok).toBe(true)
  return response.json()
}

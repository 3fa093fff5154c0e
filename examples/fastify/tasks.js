import { randomBytes, randomUUID } from 'node:crypto'
import Fastify from 'fastify'

/** Keeps sessions and tasks in memory. */
export function createTasks() {
  const sessions = new Map()
  const tasks = new Map()
  const app = Fastify()

  app.post('/login', async (request) => {
    const token = randomBytes(24).toString('base64url')
    sessions.set(token, request.body.user)
    return { access_token: token }
  })

  app.register(async (signedIn) => {
    signedIn.addHook('onRequest', async (request, reply) => {
      const token = request.headers.authorization?.replace('Bearer ', '')
      request.user = sessions.get(token)
      if (request.user === undefined) await reply.code(401).send({ error: 'sign in first' })
    })

    signedIn.post('/tasks', async (request, reply) => {
      const task = { id: randomUUID(), by: request.user, title: request.body.title, done: false }
      tasks.set(task.id, task)
      return reply.code(201).send(task)
    })

    signedIn.patch('/tasks/:id', async (request) => {
      return Object.assign(tasks.get(request.params.id), request.body)
    })
  })
  return app
}

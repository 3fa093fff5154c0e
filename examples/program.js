import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

/** Starts a program that serves on a port, until the tests have ended; answers its URL once it does. */
export async function serve(command) {
  const port = await freePort()
  const [program, ...args] = command(port)
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  after(async () => {
    child.kill()
    await ended
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  const url = `http://127.0.0.1:${port}`
  while (child.exitCode === null) {
    const answer = await Promise.race([fetch(url).catch(() => null), ended])
    if (answer?.status) return url
    await delay(50)
  }
  throw new Error(`${program} ended: ${said}`)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

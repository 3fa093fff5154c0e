import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { freePort } from '../support/free-port.ts'

export interface Backend {
  url: string
  port: number
  log(): string
  /** Kills it; what it had in memory is gone. */
  stop(): Promise<void>
}

/** Starts a program that listens on a free port (or the given one) and waits until it answers `ready`. */
export async function startBackend(
  command: (port: number) => readonly [program: string, ...args: string[]],
  {
    port: given,
    cwd,
    env,
    ready = '/',
  }: { port?: number; cwd?: string; env?: object; ready?: string },
): Promise<Backend> {
  const port = given ?? (await freePort())
  const [program, ...args] = command(port)
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, detached: true })
  let log = ''
  const note = (text: Buffer) => (log += text.toString())
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  const ended = once(child, 'close')
  const state = { isOver: false }
  void ended.then(() => (state.isOver = true))
  const stop = async () => {
    if (!state.isOver) process.kill(-child.pid!, 'SIGKILL')
    await ended
  }
  onTestFinished(stop)
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    if (state.isOver) throw new Error(`${program} ended: ${log}`)
    const answer = await fetch(url + ready).catch(() => null)
    if (answer !== null) {
      await answer.arrayBuffer()
      return { url, port, log: () => log, stop }
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

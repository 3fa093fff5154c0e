import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/main.ts'

/** A simulator on a free port, closed when the test is over. */
export async function simulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const started = await startSimulator({ host: '127.0.0.1', port: 0, ...options })
  onTestFinished(() => started.close())
  return started
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The parsed body; undefined where there is none. */
  readonly json: unknown
}

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, { redirect: 'manual', ...init })
  const text = await answer.text()
  const json: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: answer.status, headers: answer.headers, json }
}

export async function post(
  sim: Simulator,
  body: RequestInit['body'],
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(`${sim.url}/api/commands`, { method: 'POST', body: body ?? null, headers })
}

export async function add(sim: Simulator, ...commands: string[]): Promise<void> {
  for (const command of commands) await post(sim, JSON.stringify({ command }))
}

export async function queueOf(sim: Simulator): Promise<unknown> {
  return (await send(`${sim.url}/api/commands`)).json
}

/** A POST of a command as bytes on a socket of its own; `more` are header lines. */
export function postText(command: string, more: string): string {
  const body = JSON.stringify({ command })
  return (
    `POST /api/commands HTTP/1.1\r\nHost: sim\r\n${more}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

export class RawClient {
  readonly socket: Socket
  /** What came back so far. */
  received = ''
  /** The code of the error that ended the connection; undefined when it ended orderly. */
  error: string | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (this.received += chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code))
  }

  static async send(sim: Simulator, text: string): Promise<RawClient> {
    const { hostname, port } = new URL(sim.url)
    const client = new RawClient(connect(Number(port), hostname))
    onTestFinished(() => void client.socket.destroy())
    await once(client.socket, 'connect')
    await new Promise((written) => client.socket.write(text, written))
    return client
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await new Promise((closed) => this.socket.once('close', closed))
  }
}

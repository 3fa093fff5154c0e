import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The compose programs there are: the plugin (v2), and docker-compose 1.29. */
export async function composePrograms(): Promise<string[][]> {
  const found: string[][] = []
  for (const program of [['docker', 'compose'], ['docker-compose']]) {
    const [command = '', ...args] = program
    try {
      await run(command, [...args, 'version'])
      found.push(program)
    } catch {
      // It is not installed here.
    }
  }
  return found
}

export interface Project {
  compose(...args: string[]): Promise<string>
  docker(...args: string[]): Promise<string>
  /** Where a port of a service is published. */
  url(service: string, port: number): Promise<string>
  /** Ids of the containers of a service. */
  containers(service: string): Promise<string[]>
  remove(): Promise<void>
}

/** A compose project of its own name, with free ports, so that several can run side by side. */
export function newProject(program: readonly string[], env: Record<string, string> = {}): Project {
  const name = `reprise-test-${randomBytes(4).toString('hex')}`
  const [command = '', ...before] = program
  const options = {
    env: {
      ...process.env,
      PROXY_PORT: '0',
      ADMIN_PORT: '0',
      REPLAYER_PORT: '0',
      SIMULATOR_PORT: '0',
      ...env,
    },
    maxBuffer: 64 * 1024 * 1024,
  }
  const compose = async (...args: string[]) =>
    (await run(command, [...before, '-p', name, ...args], options)).stdout
  const docker = async (...args: string[]) => (await run('docker', args, options)).stdout
  return {
    compose,
    docker,
    async url(service, port) {
      return `http://${(await compose('port', service, String(port))).trim()}`
    },
    async containers(service) {
      return (await compose('ps', '-q', service)).trim().split('\n').filter(Boolean)
    },
    async remove() {
      await compose('down', '--volumes', '--timeout', '5')
    },
  }
}

/** Asks until the answer is as wanted; fails after `seconds` with the last answer. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  seconds = 200,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T)
    if (!(answer instanceof Error) && isWanted(answer)) return answer
    if (Date.now() > deadline)
      throw new Error(`not in ${seconds} s, the last was: ${String(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

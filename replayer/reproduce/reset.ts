import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LookupFunction } from 'node:net'
import { Problem, messageOf } from '../../journal/problem.ts'
import { openClient } from '../../wire/open-client.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { exchange } from '../../wire/exchange.ts'
import { MARK } from '../sending/wire-form.ts'

/** What makes a target as it was before the recording. */
export type Reset =
  | { kind: 'command'; command: string }
  | { kind: 'request'; method: string; url: URL }

export interface ResetOptions {
  /** For the whole of it, in ms. */
  timeout: number
  tls?: UpstreamTls
  /** For a request: which addresses its name has, and may have (see guarded-lookup.ts). */
  lookup?: LookupFunction
  signal: AbortSignal
}

/** `POST http://127.0.0.1:3000/reset`, or else a command of the shell; throws a RangeError. */
export function parseReset(text: string): Reset {
  if (text === '') throw new RangeError("expected 'COMMAND' or 'METHOD URL', got nothing")
  const [, method, url] = /^([A-Z]+) +(https?:\/\/\S+)$/.exec(text) ?? []
  if (method === undefined || url === undefined) return { kind: 'command', command: text }
  const hint = 'expected a URL such as http://127.0.0.1:3000/reset'
  if (!URL.canParse(url)) throw new RangeError(`${hint}, got '${url}'`)
  const parsed = new URL(url)
  if (parsed.username !== '' || parsed.password !== '') {
    throw new RangeError(`${hint} without a user in it`)
  }
  return { kind: 'request', method, url: parsed }
}

/** Rejects with `reset_failed`. */
export async function reset(how: Reset, options: ResetOptions): Promise<void> {
  return how.kind === 'command'
    ? runCommand(how.command, options)
    : sendRequest(how.method, how.url, options)
}

async function sendRequest(method: string, url: URL, options: ResetOptions): Promise<void> {
  const client = openClient(url, {
    ...(options.lookup && { lookup: options.lookup }),
    ...(options.tls && { tls: options.tls }),
  })
  const framing = /^(GET|HEAD|DELETE|OPTIONS)$/.test(method) ? [] : ['Content-Length', '0']
  const fields = ['Host', url.host, 'Accept', '*/*', MARK, 'reset', ...framing]
  const name = `${method} ${url.origin}${url.pathname}`
  try {
    const head = { method, target: url.pathname + url.search, fields }
    const { status } = await exchange(head, null, [], {
      ...{ client, kept: 0, beyond: 'dropped' },
      ...{ timeout: options.timeout, signal: options.signal },
    })
    if (status >= 400) throw failed(`${name} answered ${status}`, undefined)
  } catch (error) {
    throw error instanceof Problem ? error : failed(`${name}: ${messageOf(error)}`, error)
  } finally {
    client.destroy()
  }
}

/**
 * Its output goes to a file, not into a pipe: what it starts and leaves behind, such as the backend
 * itself, may go on writing.
 */
async function runCommand(command: string, { timeout, signal }: ResetOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-reset-'))
  const file = join(folder, 'output')
  const output = openSync(file, 'w')
  try {
    const ended = await run(command, output, timeout, signal)
    if (ended === 0) return
    const said = readFileSync(file, 'utf8').trim().slice(-MOST_SAID)
    const why = typeof ended === 'number' ? `exit code ${ended}` : ended
    throw failed(`the command ended with ${why}${said === '' ? '' : `: ${said}`}`, undefined)
  } finally {
    closeSync(output)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of what a command printed, in characters. */
const MOST_SAID = 500

/** Its exit code, or what ended it. Too late, it goes with all that it started. */
function run(
  command: string,
  output: number,
  timeout: number,
  signal: AbortSignal,
): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: ['ignore', output, output],
      detached: true,
    })
    let why: string | null = null
    const end = (reason: string) => {
      why ??= reason
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    const interrupt = () => end('an interruption')
    const timer = setTimeout(() => end(`a kill after ${timeout} ms`), timeout)
    signal.addEventListener('abort', interrupt)
    const leave = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', interrupt)
    }
    child.on('error', (error) => {
      leave()
      reject(failed(`the command cannot be run: ${error.message}`, error))
    })
    child.on('exit', (code, by) => {
      leave()
      resolve(why ?? code ?? String(by))
    })
  })
}

function failed(what: string, cause: unknown): Problem {
  return new Problem('reset_failed', `the reset failed: ${what}`, {
    ...{ source: 'upstream', cause },
    hint: 'see --reset and --reset-timeout; nothing more was sent',
  })
}

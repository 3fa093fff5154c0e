import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { expect, onTestFinished } from 'vitest'
import { main } from '../../cli/main.ts'
import { startNotingOrigin, type Note, type NotingOriginOptions } from './noting-origin.ts'
import { rawSender, type WireRequest } from './raw-sender.ts'

/** A proxy that records before an origin, and the means to replay what it recorded. */
export interface RecordedLoop {
  stream: string
  /** Of the proxy. */
  url: string
  /** What the first origin got. */
  notes: Note[]
  /** Sends requests one after the other; answers their statuses. */
  send(...requests: WireRequest[]): Promise<number[]>
  /** `reprise replay` to a fresh origin, with further flags. */
  replay(options?: NotingOriginOptions, ...flags: string[]): Promise<Replayed>
}

export interface Replayed {
  code: number
  stdout: string
  /** What the fresh origin got. */
  notes: Note[]
}

let loops = 0

/** Starts one with a stream of its own, by the same command line that people use. */
export async function startLoop(
  database: string,
  options: NotingOriginOptions = {},
): Promise<RecordedLoop> {
  const stream = `loop-${loops++}`
  const folder = await mkdtemp(join(tmpdir(), 'reprise-loop-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const common = ['--database-url', database, '--stream', stream, '--data-dir', folder]
  const origin = await startNotingOrigin(options)
  const listen = ['--target', origin.url, '--listen', '127.0.0.1:0']
  const proxy = command(['proxy', ...listen, ...common])
  onTestFinished(async () => {
    expect(await proxy.stop()).toBe(0)
  })
  const url = await proxy.ready()
  const sender = rawSender(url)
  return {
    stream,
    url,
    notes: origin.notes,
    async send(...requests) {
      const statuses: number[] = []
      for (const request of requests) statuses.push(await sender.send(request))
      return statuses
    },
    async replay(options, ...flags) {
      const fresh = await startNotingOrigin(options)
      const ran = command([
        'replay',
        '--base-url',
        fresh.url,
        '--yes',
        '--timeout',
        '1m',
        ...common,
        ...flags,
      ])
      const code = await ran.ended
      return { code, stdout: ran.stdout(), notes: fresh.notes }
    },
  }
}

/** A request with its length, on whose fields nothing is added but Host and that. */
export function request(
  method: string,
  target: string,
  fields: readonly string[] = [],
  body: string | Buffer = '',
): WireRequest {
  const bytes = Buffer.from(body)
  return {
    method,
    target,
    fields: ['Host', 'shop.example', ...fields, 'Content-Length', String(bytes.length)],
    pieces: [bytes],
    trailers: [],
  }
}

/** Runs a command in this process. */
function command(argv: readonly string[]) {
  const stopping = new AbortController()
  let said = ''
  let announce: (url: string) => void
  const announced = new Promise<string>((resolve) => (announce = resolve))
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString()
      const line = /^ready (\S+)$/m.exec(said)
      if (line !== null) announce(line[1]!)
      done()
    },
  })
  const ended = main(argv, {
    env: {},
    stdin: Readable.from([]),
    stdout,
    stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
    signal: stopping.signal,
    onHangUp: () => {},
  })
  return {
    ready: () =>
      Promise.race([
        announced,
        ended.then((code) => {
          throw new Error(`'reprise ${argv[0]}' ended with ${code} before it was ready`)
        }),
      ]),
    ended,
    stdout: () => said,
    stop() {
      stopping.abort()
      return ended
    },
  }
}

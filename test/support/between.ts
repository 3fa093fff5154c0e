import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'
import { type RunningProxy, type ProxyOptions } from '../../proxy/proxy.ts'
import {
  connectRaw,
  plainAnswer,
  startRawOrigin,
  type Answer,
  type RawClient,
  type RawOrigin,
} from './raw-http.ts'
import { startRecorder } from './recorder.ts'
import { stubJournal, type StubJournal } from './stub-journal.ts'

/** Whether what goes through the proxy is recorded: it may make no difference on the wire. */
export const RECORDING = ['on', 'off'] as const

export interface Between {
  origin: RawOrigin
  journal: StubJournal
  proxy: RunningProxy & { problems: string[] }
  connect: () => Promise<RawClient>
  /** Sends bytes on a connection of their own and resolves with what matches, once it came. */
  ask: (bytes: string | Buffer, until: RegExp) => Promise<string>
}

/** A proxy between a raw origin and raw clients; all of it ends with the test. */
export async function standBetween(
  recording: (typeof RECORDING)[number],
  answer?: Answer,
  changes: Partial<ProxyOptions> = {},
): Promise<Between> {
  const origin = await startRawOrigin(answer && asBytes(answer))
  const journal = stubJournal()
  const proxy = await startRecorder(origin.url, recording === 'on' ? journal : null, changes)
  const connect = () => connectRaw(proxy.url)
  return {
    origin,
    journal,
    proxy,
    connect,
    async ask(bytes, until) {
      const client = await connect()
      client.write(bytes)
      return client.until(until)
    },
  }
}

/** What tests write as text are bytes. */
function asBytes(answer: Answer): Answer {
  return (noted, socket) => {
    const given = answer(noted, socket)
    return typeof given === 'string' ? Buffer.from(given, 'latin1') : given
  }
}

/** Resolves when the condition holds; looked at so often that nobody waits, and others have the processor. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => later(resolve, 2))
}

/** Also where a test holds time-outs. */
const { setTimeout: later } = globalThis

/** An upstream that understands nothing: it answers once what it heard matches. */
export async function listenRaw(
  pattern: RegExp,
  answer: Buffer = plainAnswer(),
): Promise<{ url: string; text(): string }> {
  let text = ''
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (pattern.test(text)) socket.end(answer)
    })
    onTestFinished(() => void socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    text: () => text,
  }
}

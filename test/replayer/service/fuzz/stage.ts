import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { record, replayed, type Said } from '../../recording.ts'
import { startClient, type Client } from '../client.ts'
import { readDocument, type ApiDocument, type Operation } from './document.ts'
import type { Words } from './values.ts'
import { ask, type Answer, type Asked } from './wire.ts'

// A service over a journal with something of everything in it: bodies of all kinds, a secret, what
// failed, what is in doubt, a run that is done, one that stopped, one that is under way.

const JSON_FIELDS = ['Host', 'shop.test', 'Content-Type', 'application/json']

const RECORDED: readonly Said[] = [
  { target: '/things', body: '{"name":"one"}', fields: JSON_FIELDS, answerBody: '{"id":7}' },
  { method: 'PUT', target: '/things/7', body: '{"id":7}', fields: JSON_FIELDS, status: 200 },
  { target: '/zipped', body: gzipSync('thing'), fields: ['Content-Encoding', 'gzip'] },
  { target: '/odd', fields: ['Content-Encoding', 'x-none'], body: 'thing' },
  { target: '/secret', fields: ['Authorization', 'Bearer planted', 'Cookie', 'a=b'] },
  { target: '/\x01\xff?<svg>', body: Buffer.from([0, 255, 10, 13]), answerFields: ['X', '\xe9'] },
  { target: '/failed', status: 503, verdict: 'failed' },
  { target: '/traced', fields: ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`] },
  { target: '/long', body: 'x'.repeat(100_000), sender: { user: 'ada', address: '192.0.2.7' } },
  { target: '/doubtful', status: null },
]

/** Which of them has a coding that nobody can undo. */
const UNDECODED = 3

export interface FuzzStage {
  client: Client
  document: ApiDocument
  /** What means something to an operation. */
  wordsFor: (operation: Operation) => Words
  /** The one in doubt is the last of them. */
  entries: readonly number[]
  /** `stopped` and `held` are not at their end; the service drives `held`, whose backend says nothing. */
  runs: { stopped: number; done: number; held: number }
  /** Backends: one that answers, and one that never does. */
  targets: { quick: string; silent: string }
  ask: (asked: Asked) => Promise<Answer>
  close: () => Promise<void>
}

export async function fuzzStage(database: string): Promise<FuzzStage> {
  const quick = await listen((_, answer) => void answer.writeHead(201).end('{"id":8}'))
  const silent = await listen(() => {})
  // Runs to the silent one are to go on as long as they are looked at.
  const client = await startClient(database, {}, {}, { timeout: 60_000 })
  const { journal } = client
  const entries = await record(journal, 'shop', RECORDED, quick.url)
  await record(journal, 'spare', [{}], quick.url)
  await journal.label({ idFrom: entries[0]!, idTo: entries[1]! }, 'bug-17')
  await journal.firstEpoch('shop', { boot: null, sign: 'first seen' })
  const target = new URL(quick.url)
  const done = await replayed(journal, { stream: 'shop', inDoubt: 'skip' }, { target })
  const stopped = await replayed(journal, { stream: 'shop' }, { target })
  const held = await client.send('POST', '/api/runs', { stream: 'shop', target: silent.url })
  const runs = { stopped: stopped.run, done: done.run, held: held.body.id as number }
  const cursor = (await client.get('/api/entries?limit=1')).body.next as string
  await journal.firstEpoch('shop', { boot: 'a', sign: 'first seen' })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  return {
    ...{ client, entries, runs, targets: { quick: quick.url, silent: silent.url } },
    document: readDocument((await client.get('/api/schema')).body),
    wordsFor: ({ path, id }) => ({
      ...(path.includes('/runs/')
        ? { id: Object.values(runs) }
        : { id: entries.filter((_, i) => i !== UNDECODED) }),
      ...{ other: [runs.done, runs.stopped], text: ['thing'], label: ['bug-17'] },
      ...{ stream: [id === 'clearStream' ? 'spare' : 'shop'], confirm: ['spare'] },
      ...(path.includes('/checkpoints') ? { number: [1], at: entries } : {}),
      ...{ begin: ['start'], explain: entries },
      ...(path.includes('/epochs') ? { number: [2], why: ['it was recreated'] } : {}),
      ...{ target: [quick.url], token: ['reprise_none'], 'if-none-match': ['"x"'] },
      ...(path === '/api/entries' || path === '/api/search' ? { after: [cursor] } : {}),
    }),
    ask: (asked) => ask(client.url, agent, asked),
    async close() {
      agent.destroy()
      await client.close()
      await journal.close()
      for (const { server } of [quick, silent]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

async function listen(handler: http.RequestListener) {
  const server = http.createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

import { randomUUID } from 'node:crypto'
import { factorySign, parseBootSign } from '../../backend/boot-sign.ts'
import type { EpochEnding } from '../../journal/epochs.ts'
import type { GateOptions } from '../../proxy/gate/gate-options.ts'
import { eventually } from '../support/between.ts'
import { connectRaw, plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { recordingOptions, startRecorder, useJournal } from '../support/recorder.ts'

export const ID = parseBootSign('/boot json /id', 'id')
export const UPTIME = parseBootSign('/boot json /up', 'uptime')
/** How a backend without any state answers. */
export const STATE = factorySign('/state', Buffer.from('{ "things": [] }'))
export const NO_STATE = '{"things":[]}'

const RESTORED: EpochEnding = { phase: 'open', outcome: 'restored', detail: null }
const SWITCHED = 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

export interface Given {
  gate?: Partial<Omit<GateOptions, 'held'>>
  held?: Partial<GateOptions['held']>
  /** Default: commit. */
  durability?: 'commit' | 'intent'
  /** What it is at first. */
  life?: Partial<GatedLife>
}

/** What the backend is at the moment. */
export interface GatedLife {
  /** Null: it does not say. */
  boot: string | null
  /** In seconds. */
  up: number
  /** The word of its answers; `reset`: its connections break; `silent`: there is none. */
  answer: string
  onReset: () => void
  /** Of a read of its state: status, a space, and the body. */
  state: string
}

/** A proxy that keeps clients away, before a backend whose life the test decides. */
export async function standGated(database: string, given: Given = {}) {
  const life: GatedLife = {
    ...{ boot: 'a', up: 1_000, answer: 'applied', onReset: () => {} },
    state: '200 {"things":[1]}',
    ...given.life,
  }
  const origin = await startRawOrigin(({ target, fields }, socket) => {
    const { boot, up, answer, state } = life
    if (target === '/boot') {
      return boot === null ? undefined : plainAnswer(JSON.stringify({ id: boot, up }))
    }
    if (target === '/state') return plainAnswer(state.slice(4), `${state.slice(0, 4)}Said`)
    if (answer === 'silent') return undefined
    if (answer === 'reset') {
      life.onReset()
      socket.resetAndDestroy()
    }
    if (fields.includes('websocket')) return SWITCHED
    return plainAnswer(`${answer} by ${boot}`)
  })
  const stream = randomUUID()
  const one = await standProxy(database, origin.url, stream, given)
  const got = () => origin.requests.map(({ target }) => target).filter((at) => !LOOKS.has(at))
  const looks = () => origin.requests.filter(({ target }) => LOOKS.has(target)).length
  const { journal } = one
  /** Somebody restores it. */
  const restored = async (ending = RESTORED) => {
    await eventually(async () => (await journal.epoch(stream))!.phase === 'restoring')
    const { claim } = (await journal.claimEpoch(stream, 'test', 30_000, 'restoring'))!
    await journal.endEpoch(claim, ending)
  }
  /** Another proxy of the same stream. */
  const beside = (other: Given = given) => standProxy(database, origin.url, stream, other)
  return { ...one, life, origin, stream, got, looks, restored, beside }
}

const LOOKS = new Set(['/boot', '/state', '/'])

/** A proxy that keeps clients away from a backend. */
export async function standProxy(database: string, target: string, stream: string, given: Given) {
  const { gate = {}, held = {}, durability = 'commit' } = given
  const journal = useJournal(database)
  const proxy = await startRecorder(target, journal, {
    stream,
    recording: recordingOptions({ durability }),
    gate: {
      ...{ store: journal, signs: [ID], connections: 'trusted', every: 10, timeout: 20_000 },
      rules: { back: 'same', failed: 'shut' },
      ...gate,
      held: { most: 100, bytes: 1e9, patience: 20_000, passes: () => false, ...held },
    },
  })
  const ask = async (method: string, target: string, until: RegExp, body = '') => {
    const client = await connectRaw(proxy.url)
    client.write(
      `${method} ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    return { client, answered: client.until(until) }
  }
  const post = async (target: string, until = /by \w$/, body = '') =>
    (await ask('POST', target, until, body)).answered
  const shut = () => proxy.gate!.shut
  await eventually(() => shut() === null)
  return { journal, proxy, ask, post, shut }
}

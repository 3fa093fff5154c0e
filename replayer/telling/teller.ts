import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Life, LifeStore, Telling } from '../../journal/lives.ts'
import { messageOf } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import { eventBody, happenedIn, type Happened } from './life-events.ts'
import { postJson } from './post.ts'
import { idOf, signedFields } from './signature.ts'

// Tells webhooks what happens to the backend of a stream. It reads that from the journal, where whoever
// noticed, restored or gave up has noted it, and notes there what was told: so it does not matter which
// process did it, each event is told once, and one that dies leaves it to the others. One that dies between
// telling and noting it has it told twice, under the same id. Nothing waits for it.

export interface TellerOptions {
  store: LifeStore
  stream: string
  receivers: readonly URL[]
  key: Buffer
  say: Say
  /** How long an answer may take, in ms. Default: 10 seconds. */
  timeout?: number
  /** How long it waits after the first failure, in ms; twice as long after each other one. Default: 1 second. */
  again?: number
}

/** How often it looks, in ms. */
const PACE = 500

/** So many lives are looked back at: one may be lost while it is restored. */
const LIVES = 3

/** What is older is not told any more, in microseconds: whoever turns webhooks on is not told of last week. */
const FRESH = 15 * 60 * 1e6

/** So often it is tried: some four minutes, where nothing answers. */
const MOST_ATTEMPTS = 8

/** How long its end may take, in ms: what happened last is to be told yet. */
const LEAVING = 5_000

export interface Teller {
  /** Tells what is to be told by then, once. */
  close(): Promise<void>
}

export function startTeller(options: TellerOptions): Teller {
  const ending = new AbortController()
  const telling = tellAgain(options, ending.signal)
  return {
    async close() {
      ending.abort()
      const { signal } = new AbortController()
      await Promise.race([telling, pause(LEAVING, undefined, { signal, ref: false })])
    },
  }
}

/** Never rejects. */
async function tellAgain(options: TellerOptions, signal: AbortSignal): Promise<void> {
  const { say } = options
  let problem = ''
  for (let isLast = false; !isLast;) {
    isLast = signal.aborted
    try {
      await tellAll(options)
      problem = ''
    } catch (error) {
      if (messageOf(error) !== problem) say(`webhooks are not told: ${messageOf(error)}`, 'warn')
      problem = messageOf(error)
    }
    if (!isLast) await pause(PACE, undefined, { signal }).catch(() => {})
  }
}

/** Each of what is due, to each receiver, one after the other. */
async function tellAll(options: TellerOptions): Promise<void> {
  const { store, stream, receivers } = options
  const lives = (await store.lives(stream, { limit: LIVES })).reverse()
  const due = lives.flatMap((life) =>
    happenedIn(life)
      .filter(({ at }) => at > Date.now() * 1000 - FRESH)
      .map((happened) => ({ life, happened })),
  )
  if (due.length === 0) return
  const toldTo = async (url: URL) => {
    const receiver = createHash('sha256').update(url.href).digest()
    const told = await store.toldOf(stream, lives[0]!.number, receiver)
    const isTold = ({ life, happened }: (typeof due)[number]) =>
      told.some(
        (one) =>
          one.number === life.number && one.event === happened.event && one.at === happened.at,
      )
    for (const one of due) {
      if (!isTold(one)) await tell(options, url, receiver, one.life, one.happened)
    }
  }
  await Promise.all(receivers.map(toldTo))
}

async function tell(
  { store, stream, key, say, timeout = 10_000, again = 1_000 }: TellerOptions,
  url: URL,
  receiver: Buffer,
  life: Life,
  happened: Happened,
): Promise<void> {
  const telling: Telling = { stream, number: life.number, ...happened, receiver }
  const begun = await store.beginTelling(telling, timeout * 2)
  if (begun === null) return
  const body = eventBody(life, happened)
  const seconds = Math.floor(Date.now() / 1000)
  const fields = signedFields({ id: idOf(telling), body, seconds }, key)
  const what = `webhook ${url.host}: '${happened.event}' of epoch ${life.number}`
  try {
    await postJson(url, body, fields, timeout)
  } catch (error) {
    const failure = messageOf(error)
    if (begun.attempt >= MOST_ATTEMPTS) {
      say(`${what} was not taken in ${begun.attempt} attempts, and is given up: ${failure}`)
      await store.endTelling(telling, { how: 'given_up', failure })
    } else {
      const wait = again * 2 ** (begun.attempt - 1)
      say(`${what} was not taken: ${failure}; it is tried again in ${wait / 1000} s`, 'warn')
      await store.endTelling(telling, { how: 'failed', failure, again: wait })
    }
    return
  }
  await store.endTelling(telling, { how: 'delivered' })
  say(`${what} was told`, 'info')
}

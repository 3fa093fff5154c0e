import type { AttemptResult, Journal } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import type { Client } from '../../wire/client.ts'
import { openClient, type UpstreamHttp2 } from '../../wire/open-client.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { compare } from '../compare/compare.ts'
import type { CompareRules } from '../compare/rules.ts'
import { NoAnswer } from '../exchange.ts'
import { send } from '../send.ts'
import type { Performed } from './runner.ts'

/** How each entry of a run is sent. */
export interface AttemptOptions {
  target: URL
  /** For a target of https; without it, its certificate is verified and it gets none of ours. */
  tls?: UpstreamTls
  /** Default: auto. */
  http2?: UpstreamHttp2
  /** See Sending. */
  host: 'recorded' | 'target'
  timeout: number
  /** What of an answer is held against the recorded one. */
  compare: CompareRules
  /** What becomes of an entry whose body was not kept whole: its attempt fails, or it is left out, or what was kept is sent. */
  incomplete: 'fail' | 'skip' | 'send'
  /** Ends the run: what is under way is given up and noted as in doubt. */
  signal: AbortSignal
}

export interface Attempts {
  perform: (entry: Entry) => Promise<Performed>
  close(): void
}

/** Sends entries to a target, each once, and says what came of it. */
export function openAttempts(journal: Journal, run: number, options: AttemptOptions): Attempts {
  const client = openClient(options.target, {
    ...(options.tls && { tls: options.tls }),
    ...(options.http2 && { http2: options.http2 }),
  })
  return {
    perform: async (entry) => ({
      result: await sendAndCompare(journal, entry, client, `${run}/${entry.id}`, options),
      aliases: [],
    }),
    close: () => client.destroy(),
  }
}

async function sendAndCompare(
  journal: Journal,
  entry: Entry,
  client: Client,
  mark: string,
  options: AttemptOptions,
): Promise<AttemptResult> {
  if (entry.requestCapture !== 'complete' && options.incomplete !== 'send') {
    const detail = `its body was ${entry.requestCapture} when it was recorded: it is not sent`
    const outcome = options.incomplete === 'skip' ? 'skipped' : 'failed'
    return { outcome, detail, answer: null }
  }
  const damage = await damageOf(journal, entry)
  if (damage !== null) return { outcome: 'failed', detail: damage, answer: null }
  try {
    const { target, timeout, host, signal } = options
    const body = () => journal.body(entry, 'request')
    const answer = await send(entry, body, { target, client, timeout, host, mark, signal })
    return compare(entry, answer, options.compare, () => null, Date.now() * 1000)
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    if (error.sent === 'something') {
      return { outcome: 'in_doubt', detail: `no answer: ${error.message}`, answer: null }
    }
    const outcome = options.signal.aborted ? 'skipped' : 'failed'
    return { outcome, detail: `not delivered: ${error.message}`, answer: null }
  }
}

/** Why its body must not be sent, or null: it is read to its end and held against its digest. */
async function damageOf(journal: Journal, entry: Entry): Promise<string | null> {
  try {
    for await (const bytes of journal.body(entry, 'request')) void bytes
    return null
  } catch (error) {
    if (error instanceof Problem && error.code === 'body_damaged') return error.message
    throw error
  }
}

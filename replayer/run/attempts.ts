import type { LookupFunction } from 'node:net'
import type { AttemptResult, RunAlias } from '../../journal/runs.ts'
import type { Journal } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { damageOfOnePiece } from '../../journal/damage.ts'
import { Problem } from '../../journal/problem.ts'
import type { ConnectionCheck } from '../../wire/connection-check.ts'
import { openClient, type UpstreamHttp2 } from '../../wire/open-client.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import type { LeftAlone, Use } from '../aliases/alias.ts'
import type { Aliases } from '../aliases/aliases.ts'
import type { Answer } from '../answer.ts'
import { compare } from '../compare/compare.ts'
import type { Explains } from '../compare/judge.ts'
import type { CompareRules } from '../compare/rules.ts'
import { NoAnswer } from '../../wire/exchange.ts'
import type { Request } from '../request.ts'
import { requestOf } from '../sending/request-of.ts'
import type { Hold } from '../sending/hold.ts'
import type { Sent } from '../sending/sender.ts'
import { Sending, type SendingRules } from '../sending/sending.ts'
import { attemptUses } from './attempt-uses.ts'
import { recall } from './given-values.ts'
import { runAlias } from './kept-aliases.ts'
import type { Performed } from './runner.ts'

/** How each entry of a run is sent. */
export interface AttemptOptions {
  target: URL
  /** For a target of https; without it, its certificate is verified and it gets none of ours. */
  tls?: UpstreamTls
  /** Default: auto. */
  http2?: UpstreamHttp2
  /** What is asked on each new connection before anything is sent on it. Default: nothing. */
  check?: ConnectionCheck
  /** Which addresses the target's name has, and may have (see guarded-lookup.ts). */
  lookup: LookupFunction
  /** Which Host is sent: the recorded one, or the target's own. */
  host: 'recorded' | 'target'
  /** For each exchange, in ms. */
  timeout: number
  sending: SendingRules
  /** What of an answer is held against the recorded one. */
  compare: CompareRules
  /** What becomes of an entry whose body was not kept whole: its attempt fails, or it is left out, or what was kept is sent. */
  incomplete: 'fail' | 'skip' | 'send'
  /** By which somebody lets the run stand still. Default: it goes on. */
  hold?: Hold
  /** Called before each request; throws where nothing may be sent any more. Default: all may. */
  guard?: () => void
  /** Ends the run: what is under way is given up and noted as in doubt. */
  signal: AbortSignal
}

/** Sends entries to a target, each once, and says what came of it. */
export class Attempts {
  readonly #journal: Journal
  readonly #run: number
  readonly #options: AttemptOptions
  readonly #aliases: Aliases | null
  readonly #sending: Sending
  readonly #close: () => void
  /** What a login taught, which is no attempt of its own. */
  #taught: RunAlias[] = []

  /** `aliases`: null where values are sent as they were recorded. */
  constructor(journal: Journal, run: number, aliases: Aliases | null, options: AttemptOptions) {
    const { target, tls, http2, check, lookup, sending, hold } = options
    this.#journal = journal
    this.#run = run
    this.#options = options
    this.#aliases = aliases
    const client = openClient(target, {
      lookup,
      ...(tls && { tls }),
      ...(http2 && { http2 }),
      ...(check && { check }),
    })
    this.#close = () => client.destroy()
    this.#sending = new Sending({
      ...sending,
      ...(hold && { hold }),
      seed: String(run),
      makeLogin: async (entry) => {
        await this.#recall(entry)
        return this.#make(entry, { uses: [], leftAlone: [] })
      },
      learn: (entry, sent, answer) => void this.#taught.push(...this.#learn(entry, sent, answer)),
      ...{ client, target, host: options.host, timeout: options.timeout, signal: options.signal },
      mark: (entry) => `${run}/${entry}`,
    })
  }

  /** Before all: the login, where there is one. */
  begin(): Promise<void> {
    return this.#sending.begin()
  }

  /** Resolves when it is this entry's time. */
  ready(entry: Entry): Promise<void> {
    return this.#sending.ready(entry)
  }

  async perform(entry: Entry): Promise<Performed | 'unsent'> {
    const { incomplete, signal, guard } = this.#options
    guard?.()
    if (entry.requestCapture !== 'complete' && incomplete !== 'send') {
      const detail = `its body was ${entry.requestCapture} when it was recorded: it is not sent`
      return only({ outcome: incomplete === 'skip' ? 'skipped' : 'failed', detail, answer: null })
    }
    const damage = await damageOf(this.#journal, entry)
    if (damage !== null) return only({ outcome: 'failed', detail: damage, answer: null })
    const told: Told = { uses: [], leftAlone: [] }
    try {
      const sent = await this.#sending.send(entry, () => this.#make(entry, told))
      if (this.#aliases?.isLongAgo(entry) === true) await this.#recall(entry)
      return this.#conclude(entry, sent, attemptUses(told.uses, told.leftAlone))
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      const uses = attemptUses(told.uses, told.leftAlone)
      if (error.sent === 'something') {
        return only({
          ...{ outcome: 'in_doubt', detail: `no answer: ${error.message}`, answer: null, uses },
        })
      }
      if (signal.aborted) return 'unsent'
      const detail = `not delivered: ${error.message}`
      const undelivered = isRefused(error) ? 'refused' : 'broken'
      return { ...only({ outcome: 'failed', detail, answer: null, uses }), undelivered }
    }
  }

  close(): void {
    this.#close()
  }

  /** The recorded request with the values of now; what was replaced in it is told. */
  async #make(entry: Entry, told: Told): Promise<Request> {
    const request = await requestOf(entry, () => this.#journal.body(entry, 'request', 'opened'))
    if (this.#aliases === null) return request
    // What its body uses was not looked up when it was read: it is in pieces.
    if (entry.requestChunks > 0 && Buffer.isBuffer(request.body)) {
      await this.#recall(inOnePiece(entry, request.body))
    } else if (this.#aliases.isLongAgo(entry)) await this.#recall(entry)
    const { request: now, ...rest } = this.#aliases.rewrite(entry, request)
    Object.assign(told, rest)
    return now
  }

  #conclude(entry: Entry, sent: Sent, uses: unknown): Performed {
    if (sent.kind !== 'answer') {
      const result = { outcome: 'skipped', detail: sent.why, answer: null } as const
      return { result, aliases: [], ...(sent.kind === 'stop' && { ending: 'stop' }) }
    }
    const { request, answer, notes, stop } = sent
    const aliases = this.#taught.splice(0).concat(this.#learn(entry, request, answer))
    const found = compare(entry, answer, this.#options.compare, this.#explains, Date.now() * 1000)
    const { outcome, detail, answer: kept, differences, unlisted, explained, uncompared } = found
    const words = [...notes, ...(detail === null ? [] : [detail])]
    const result: AttemptResult = {
      outcome,
      answer: kept,
      uses,
      detail: words.length === 0 ? null : words.join('; '),
    }
    if (detail !== null) result.differences = { differences, unlisted, explained, uncompared }
    return { result, aliases, ...(stop !== null && { ending: 'stop' }) }
  }

  async #recall(entry: Entry): Promise<void> {
    if (this.#aliases === null) return
    await recall(this.#journal, { stream: entry.stream, id: this.#run }, this.#aliases, [entry])
  }

  #learn(entry: Entry, sent: Request, answer: Answer): RunAlias[] {
    return this.#aliases === null ? [] : this.#aliases.learn(entry, sent, answer).map(runAlias)
  }

  readonly #explains: Explains = (place, recorded, now) =>
    this.#aliases?.isGenerated(place, recorded, now) === true ? 'alias' : null
}

interface Told {
  uses: Use[]
  leftAlone: LeftAlone[]
}

function isRefused({ cause }: NoAnswer): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.syscall === 'connect'
}

/** As if its body, of which no secret is masked, were kept so. */
function inOnePiece(entry: Entry, requestBody: Buffer): Entry {
  const masked = entry.masked.filter((part) => part.in !== 'request')
  return { ...entry, requestBody, requestChunks: 0, masked }
}

function only(result: AttemptResult): Performed {
  return { result, aliases: [] }
}

/** Why its body must not be sent, or null: it is read to its end and held against its digest. */
async function damageOf(journal: Journal, entry: Entry): Promise<string | null> {
  if (entry.requestChunks === 0) return damageOfOnePiece(entry)?.message ?? null
  try {
    for await (const bytes of journal.body(entry, 'request')) void bytes
    return null
  } catch (error) {
    if (error instanceof Problem && error.code === 'body_damaged') return error.message
    throw error
  }
}

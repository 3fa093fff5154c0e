import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import type { AddressInfo, Socket } from 'node:net'
import type { JournalWriter } from '../journal/contract.ts'
import { messageOf } from '../journal/problem.ts'
import { fieldValue } from '../wire/fields.ts'
import { keepAliveAgent } from '../wire/request.ts'
import { ExactResponse } from '../wire/response.ts'
import { recorderClock } from './clock.ts'
import { Connections } from './connections.ts'
import { forward, type Upstream } from './forward.ts'
import { answerOwn } from './own-answer.ts'
import { exclusionOf, type Policy } from './policy.ts'
import { createRecorder, type Recorder, type RecorderCounts } from './recorder.ts'
import {
  flawOf,
  ignoresUpgrade,
  IncomingRequest,
  toOriginForm,
  upgradeFlawOf,
} from './screening.ts'
import type { SenderRules } from './sender.ts'
import { Tape, type TapeDeck } from './tape.ts'
import { tunnel } from './tunnel.ts'

export interface ProxyOptions {
  /** The upstream; scheme, host and port. */
  target: URL
  host: string
  /** 0 takes a free one. */
  port: number
  stream: string
  /** Of this program, for the journal. */
  version: string
  policy: Policy
  sender: SenderRules
  /** Where to record, or null for a proxy that does not. */
  journal: JournalWriter | null
  /** Bytes of a recorded body at most: a declared length beyond it is refused. */
  maxBody: number
  connectTimeout: number
  answerTimeout: number
  /** See RecorderOptions. */
  commitTimeout: number
  slowCommit: number
  /** A line for the log. */
  onProblem: (message: string) => void
}

export interface RunningProxy {
  url: string
  counts: Readonly<RecorderCounts> | null
  /** Stops accepting, finishes what runs (until `deadline` ms), settles the journal. */
  close(deadline: number): Promise<void>
}

/** Rejects with the error of the system call where it cannot listen, and with a Problem of the journal. */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const deck = await enrol(options)
  const upstream: Upstream = {
    origin: options.target,
    agent: keepAliveAgent(options.target),
    connectTimeout: options.connectTimeout,
    answerTimeout: options.answerTimeout,
  }
  const server = http.createServer({
    IncomingMessage: IncomingRequest,
    ServerResponse: ExactResponse,
    keepAliveTimeout: 75_000,
    headersTimeout: 60_000,
    requestTimeout: 0,
    noDelay: true,
    joinDuplicateHeaders: false,
    requireHostHeader: false,
  })
  // node:http drops what comes after a thousand fields in silence; the size of a head is bounded.
  server.maxHeadersCount = 0
  const connections = new Connections(server)
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    connections.inTurn(response, () => serve(options, upstream, deck, request, response))
  }
  server.on('request', handle)
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  server.on('upgrade', (request, duplex, head) => {
    const socket = duplex as Socket
    const response = connections.takeOver(request, socket)
    if (response === null) return
    const flaw = upgradeFlawOf(request)
    if (flaw !== null) {
      answerOwn(request, response, 'request_ambiguous', flaw)
      return
    }
    toOriginForm(request)
    tunnel(upstream, request, response, socket, head)
  })
  server.on('connect', (request, duplex) => {
    const response = connections.takeOver(request, duplex as Socket)
    if (response !== null) answerOwn(request, response, 'method_not_supported')
  })

  const leave = async () => {
    upstream.agent.destroy()
    await deck?.recorder.close()
    await deck?.retire()
  }
  try {
    return {
      url: await listen(server, options.host, options.port),
      counts: deck === null ? null : deck.recorder.counts,
      async close(deadline) {
        await connections.close(deadline)
        await leave()
      },
    }
  } catch (error) {
    await leave()
    throw error
  }
}

type EnrolledDeck = TapeDeck & { recorder: Recorder; retire(): Promise<void> }

async function enrol(options: ProxyOptions): Promise<EnrolledDeck | null> {
  const { journal, stream, policy } = options
  if (journal === null || policy.recording === 'off') return null
  const clock = recorderClock()
  const id = randomUUID()
  const last = await journal.enrol({
    stream,
    id,
    target: options.target.origin,
    durability: 'commit',
    host: hostname(),
    pid: process.pid,
    version: options.version,
    startedAt: clock.now(),
  })
  const ahead = last === null ? 0 : clock.passBy(last)
  if (ahead > 1_000_000) {
    options.onProblem(
      `the clock is ${(ahead / 1e6).toFixed(1)} s behind the journal's last entry: ` +
        'recorded times run ahead of it by that much, so that the order holds',
    )
  }
  const { commitTimeout, slowCommit, onProblem, maxBody, sender } = options
  const recorder = createRecorder({ journal, stream, id, commitTimeout, slowCommit, onProblem })
  const retire = () =>
    journal.retire(stream, id).catch((error: unknown) => onProblem(messageOf(error)))
  return { policy, sender, clock, maxBody, recorder, retire }
}

function serve(
  options: ProxyOptions,
  upstream: Upstream,
  deck: EnrolledDeck | null,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.sendDate = false
  if (ignoresUpgrade(request)) response.shouldKeepAlive = false
  const flaw = flawOf(request)
  if (flaw !== null) {
    answerOwn(request, response, 'request_ambiguous', flaw)
    return
  }
  toOriginForm(request)
  if (deck === null) {
    forward(upstream, request, response, null)
    return
  }
  const exclusion = exclusionOf(options.policy, {
    method: request.method!,
    target: request.url!,
    fields: request.rawHeaders,
  })
  if (exclusion !== null) {
    if (exclusion !== 'method') deck.recorder.exclude(exclusion)
    forward(upstream, request, response, null)
  } else if (!deck.recorder.isReady) {
    answerOwn(request, response, 'journal_away')
  } else if (Number(fieldValue(request.rawHeaders, 'content-length') ?? 0) > options.maxBody) {
    answerOwn(request, response, 'body_too_large', `(${options.maxBody} bytes)`)
  } else {
    forward(upstream, request, response, new Tape(deck, request))
  }
}

/** Listens and answers the address as a URL; rejects with the error of the system call. */
async function listen(server: http.Server, host: string, port: number): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${name}:${address.port}`
}

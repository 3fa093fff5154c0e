import type { TellExchanged } from '../telemetry/exchanged.ts'
import type { Say } from '../telemetry/log.ts'
import { hostname } from 'node:os'
import type { Socket } from 'node:net'
import type { RecorderInfo } from '../journal/standing.ts'
import type { JournalWriter } from '../journal/contract.ts'
import type { Connect } from '../wire/connect.ts'
import { openClient, type ClientOptions, type UpstreamHttp2 } from '../wire/open-client.ts'
import type { UpstreamTls } from '../wire/tls.ts'
import type { ServeRequest } from './client-connection.ts'
import { recorderClock, type RecorderClock } from './clock.ts'
import type { Commits } from './commits.ts'
import { Connections } from './connections.ts'
import { Context, type ContextLimits } from './context.ts'
import type { Answering, Incoming } from './downstream.ts'
import { whenExchanged } from './exchanged.ts'
import { forward, type Upstream } from './forward.ts'
import type { HeadRules } from './heads.ts'
import type { Limits } from './limits.ts'
import { Http2Answer, Http2Incoming } from './http2-exchange.ts'
import { Connecting } from './gate/connecting.ts'
import { Gate } from './gate/gate.ts'
import { checkOf, startGateKeeper, type GateOptions } from './gate/gate-options.ts'
import { createHttp2Server } from './http2-server.ts'
import type { Http1Answer, Http1Incoming } from './http1-exchange.ts'
import { listen } from './listen.ts'
import type { AliasSource } from './live/alias-table.ts'
import { LiveAliases, type LiveAliasRules } from './live/live-aliases.ts'
import { passRenamed, renameHead } from './live/live-request.ts'
import { OpenTapes } from './open-tapes.ts'
import { answerOwn } from './own-answer.ts'
import { exclusionOf, type Policy } from './policy.ts'
import type { RecorderCounts } from './counts.ts'
import type { RecorderHealth } from './health.ts'
import { NO_TRACES, startRecorder, type RecorderOptions } from './recorder.ts'
import { asksForWebSocket, countHop, flawOf, toOriginForm, upgradeFlawOf } from './screening.ts'
import type { SenderRules } from './sender.ts'
import { createServer, type ConnectionOptions, type RenewableIdentity } from './server.ts'
import { Tape, type ProxyDeck } from './tape.ts'
import { Traffic } from './traffic.ts'
import { tunnel } from './tunnel.ts'
import { watchClients, watchHandshakes } from './handshakes.ts'

export interface ProxyOptions {
  /** The upstream; scheme, host and port. */
  target: URL
  /** For a target of https; without it, its certificate is verified and it gets none of ours. */
  upstreamTls?: UpstreamTls
  /** Default: auto. */
  upstreamHttp2?: UpstreamHttp2
  /** With it clients talk HTTPS, without it HTTP. */
  identity?: RenewableIdentity
  host: string
  /** 0 takes a free one. */
  port: number
  stream: string
  /** Of this program, for the journal. */
  version: string
  policy: Policy
  sender: SenderRules
  context: ContextLimits
  /** Where to record, or null for a proxy that does not. */
  journal: JournalWriter | null
  /** Bytes of a recorded body at most: a declared length beyond it is refused. */
  maxBody: number
  /** What is changed in heads. */
  heads: HeadRules
  limits: Limits
  connections: ConnectionOptions
  recording: RecordingOptions
  /** By which clients are kept away from a backend that lost its state. Default: nobody is. */
  gate?: GateOptions
  /** By which clients may go on with values from before a restore; needs a gate. Default: they may not. */
  live?: LiveAliasRules & { source: AliasSource }
  /** That recorders of this machine share. Default: one of its own. */
  clock?: RecorderClock
  /** Told of each exchange when it is over. Default: nobody. */
  tellExchanged?: TellExchanged | undefined
  /** A line for the log. */
  onProblem: Say
}

/** How entries are made durable. */
export type RecordingOptions = Pick<RecorderInfo, 'durability' | 'whenUnrecordable'> &
  Omit<RecorderOptions, 'info' | 'journal' | 'clock' | 'onProblem'>

export interface RunningProxy {
  url: string
  figures: Figures
  /** Null where nothing is recorded. */
  counts: Readonly<RecorderCounts> | null
  /** Null where nobody is kept away from the backend. */
  gate: Gate | null
  /** Null where clients have to learn what a restore renamed. */
  live: LiveAliases | null
  /** How the recorder is at this moment; null where nothing is recorded. */
  health(): RecorderHealth | null
  /** Stops accepting, finishes what runs (until `deadline` ms), settles the journal. */
  close(deadline: number): Promise<void>
}

/** What is counted whether somebody looks or not. */
export interface Figures {
  traffic: Traffic
  /** Null where nothing is recorded. */
  commits: Readonly<Commits> | null
  /** How many of clients are open. */
  connections: () => number
}

/** Rejects with the error of the system call where it cannot listen, and with a Problem of the journal. */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const deck = await loadDeck(options)
  const traffic = new Traffic()
  const { tellExchanged } = options
  const gate = options.gate === undefined ? null : new Gate(options.gate.held)
  const live = liveAliases(options)
  const upstream: Upstream = {
    origin: options.target,
    ...clientsOf(options, gate),
    tunnels: new Set(),
    heads: options.heads,
    limits: options.limits,
    traffic,
    gate,
    takeAnew: (request, response) => pass(options, upstream, deck, request, response),
    live,
  }
  const keeper = gate === null ? null : startGateKeeper(options, gate, upstream, deck, live)
  const http2 =
    options.connections.http2 === 'off'
      ? null
      : createHttp2Server(options.connections, (stream, raw, flags) => {
          const request = new Http2Incoming(stream, raw, flags)
          const response = new Http2Answer(stream, request, traffic)
          traffic.request(request.httpVersion)
          if (tellExchanged !== undefined) whenExchanged(tellExchanged, request, response)
          serve(options, upstream, deck, request, response)
        })
  const serveHttp1: ServeRequest = (request, response) => {
    if (tellExchanged !== undefined) whenExchanged(tellExchanged, request, response)
    if (asksForWebSocket(request)) serveTunnel(upstream, request, response)
    else serve(options, upstream, deck, request, response)
  }
  const http1 = (socket: Socket) => connections.serve(socket, serveHttp1)
  const server = createServer(options.connections, options.identity, (socket) => {
    if (http2 === null) http1(socket)
    else http2.accept(socket, http1)
  })
  watchClients(server, options.onProblem)
  const connections = new Connections(server, options.connections, traffic)

  const leave = async (deadline: number) => {
    await keeper?.close()
    upstream.client.destroy()
    upstream.unasked.destroy()
    if (deck === null) return
    // What was cut off is known a moment after its connection closed.
    await deck.open.none(SETTLING)
    await deck.recorder.close(deadline)
  }
  try {
    return {
      url: await listen(server, options.host, options.port),
      figures: {
        traffic,
        commits: deck === null ? null : deck.recorder.commits,
        connections: () => connections.size,
      },
      counts: deck === null ? null : deck.recorder.counts,
      gate,
      live,
      health: () => deck && { ...deck.recorder.health, ...(gate && { gate: standingOf(gate) }) },
      async close(deadline) {
        const end = performance.now() + deadline
        gate?.end()
        http2?.close()
        await connections.close(deadline)
        await leave(Math.max(SETTLING, end - performance.now()))
      },
    }
  } catch (error) {
    await leave(SETTLING)
    throw error
  }
}

/** Whoever is never kept away has connections of its own, whatever becomes of the gate. */
function clientsOf(options: ProxyOptions, gate: Gate | null): Pick<Upstream, 'client' | 'unasked'> {
  const { target, limits, connections, upstreamTls: tls, upstreamHttp2: http2 } = options
  const common = {
    connectTimeout: limits.connect,
    keepAlive: connections.upstreamKeepAlive,
    maxHead: connections.maxHead,
    ...(tls && { tls }),
    ...(http2 && { http2 }),
    watch: (connect) => watchHandshakes(connect, target, options.onProblem),
  } satisfies ClientOptions
  const unasked = openClient(target, common)
  if (gate === null) return { client: unasked, unasked }
  const connecting = new Connecting()
  gate.onShut = () => connecting.giveUp()
  const watch = (connect: Connect) => connecting.watch(common.watch(connect))
  return {
    client: openClient(target, { ...common, ...checkOf(options.gate!, target, gate), watch }),
    unasked,
  }
}

function liveAliases({ live, stream, onProblem }: ProxyOptions): LiveAliases | null {
  return live === undefined ? null : new LiveAliases(live.source, stream, live, onProblem)
}

function standingOf({ shut, held }: Gate): NonNullable<RecorderHealth['gate']> {
  return { shut, held }
}

/** What is left for the entries of what was under way, whatever the deadline, in ms. */
const SETTLING = 2_000

async function loadDeck(options: ProxyOptions): Promise<ProxyDeck | null> {
  const { journal, stream, policy, maxBody, sender, recording } = options
  if (journal === null || policy.recording === 'off') return null
  const clock = options.clock ?? recorderClock()
  const recorder = await startRecorder({
    info: {
      stream,
      target: options.target.origin,
      durability: recording.durability,
      whenUnrecordable: recording.whenUnrecordable,
      host: hostname(),
      pid: process.pid,
      version: options.version,
      startedAt: clock.now(),
    },
    journal,
    clock,
    ...recording,
    onProblem: options.onProblem,
  })
  const shared = { policy, sender, clock, recorder, open: new OpenTapes() }
  const context = keepsContext(options) ? new Context({ ...shared, ...options.context }) : null
  return { ...shared, maxBody, context, pieceMasker: (fields) => journal.pieceMasker(fields) }
}

function keepsContext({ policy, context }: ProxyOptions): boolean {
  return context.perMinute > 0 || policy.context.others === 'remembered'
}

function serveTunnel(upstream: Upstream, request: Http1Incoming, response: Http1Answer): void {
  const flaw = upgradeFlawOf(request)
  if (flaw !== null) {
    answerOwn(request, response, 'request_ambiguous', flaw)
    return
  }
  toOriginForm(request)
  if (upstream.gate?.stops(request) === true) {
    upstream.gate.turnAway(request, response)
    return
  }
  if (upstream.live !== null) renameHead(upstream.live, request, response)
  tunnel(upstream, request, response)
}

function serve(
  options: ProxyOptions,
  upstream: Upstream,
  deck: ProxyDeck | null,
  request: Incoming,
  response: Answering,
): void {
  if (request.method === 'CONNECT') {
    response.shouldKeepAlive = false
    answerOwn(request, response, 'method_not_supported')
    return
  }
  const flaw = flawOf(request)
  if (flaw !== null) {
    answerOwn(request, response, 'request_ambiguous', flaw)
    return
  }
  toOriginForm(request)
  if (countHop(request) === 'ends here') {
    answerOwn(request, response, request.method === 'OPTIONS' ? 'last_hop' : 'method_not_supported')
    return
  }
  if (upstream.gate?.stops(request) === true) {
    upstream.gate.hold(request, response, () => pass(options, upstream, deck, request, response))
  } else pass(options, upstream, deck, request, response)
}

/** In the words of the backend, where clients may have others. */
function pass(
  options: ProxyOptions,
  upstream: Upstream,
  deck: ProxyDeck | null,
  request: Incoming,
  response: Answering,
): void {
  const { live } = upstream
  if (live === null || live.table === null) passOn(options, upstream, deck, request, response)
  else {
    passRenamed({ live, limits: options.limits }, request, response, (renamed, answer) =>
      passOn(options, upstream, deck, renamed, answer),
    )
  }
}

/** Forwards a request, and records it if it is to be. */
function passOn(
  options: ProxyOptions,
  upstream: Upstream,
  deck: ProxyDeck | null,
  request: Incoming,
  response: Answering,
): void {
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
    if (exclusion === 'method') {
      forward(upstream, request, response, null, deck.context?.watch(request) ?? null)
      return
    }
    deck.recorder.exclude(deck.recorder.next(), exclusion, NO_TRACES)
    forward(upstream, request, response, null)
  } else if (declaredLength(request) > options.maxBody) {
    answerOwn(request, response, 'body_too_large', `(${options.maxBody} bytes)`)
  } else record(upstream, deck, request, response)
}

/** By its client, also where its body goes on without a length. */
function declaredLength({ said, framing: own }: Incoming): number {
  const framing = said?.framing ?? own
  return framing.kind === 'length' ? framing.length : 0
}

/** Forwards a mutation and records it, if it can be recorded now. */
function record(upstream: Upstream, deck: ProxyDeck, request: Incoming, response: Answering): void {
  const { recorder } = deck
  switch (recorder.admit()) {
    case 'refuse':
      answerOwn(request, response, 'journal_away')
      return
    case 'lose':
      recorder.lose(recorder.next(), NO_TRACES)
      forward(upstream, request, response, null)
      return
    case 'record':
  }
  const tape = new Tape(deck, request)
  if (recorder.durability !== 'intent') {
    forward(upstream, request, response, tape)
    return
  }
  tape.announce((failure) => {
    const isPassed = failure === null || recorder.whenUnrecordable === 'pass'
    if (response.closed || failure === 'client_gone' || !isPassed) {
      tape.giveUp('client_gone', 'nothing')
      if (!response.closed && failure !== 'client_gone')
        answerOwn(request, response, 'journal_away')
      return
    }
    if (failure !== null) tape.lose()
    forward(upstream, request, response, tape)
  })
}

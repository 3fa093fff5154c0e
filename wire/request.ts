import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { fieldValue, type RawFields } from './fields.ts'
import { keepDisposition } from './outgoing.ts'
import { agentTls, VERIFIED, type UpstreamTls } from './tls.ts'

/** What is sent, exactly: nothing is added to it but a Connection field of this hop. */
export interface ExactRequestOptions {
  /** Where to: scheme, host and port; the path of it is not used. */
  origin: URL
  agent: http.Agent | https.Agent
  method: string
  /** Request target as it goes on the request line. */
  target: string
  /** All fields, Host and framing included. */
  fields: RawFields
  /** Bytes of the answer's head at most. Default: node:http's 16 KiB. */
  maxHead?: number
}

/**
 * A client request whose head is the given one, byte for byte.
 *
 * node:http frames a body by itself where the head does not say how: a POST without Content-Length
 * would go out as chunked. `useChunkedEncodingByDefault` is the property it asks; here it says no,
 * always, so an absent body stays absent and the framing is what `fields` says.
 * (Verified against raw sockets in test/wire.)
 */
class ExactRequest extends http.ClientRequest {
  declare useChunkedEncodingByDefault: boolean
  static {
    Object.defineProperty(this.prototype, 'useChunkedEncodingByDefault', {
      get: () => false,
      set: () => {},
    })
    keepDisposition(this.prototype)
  }
}

/** Starts a request; the head goes out with the first byte of the body, `end`, or `sendHead`. */
export function exactRequest(options: ExactRequestOptions): http.ClientRequest {
  const { origin } = options
  const request = new ExactRequest({
    protocol: origin.protocol,
    host: hostname(origin),
    port: origin.port === '' ? (origin.protocol === 'https:' ? 443 : 80) : Number(origin.port),
    agent: options.agent,
    method: options.method,
    path: options.target,
    headers: options.fields as string[],
    setHost: false,
    ...(options.maxHead !== undefined && { maxHeaderSize: options.maxHead }),
  })
  // Beyond a thousand fields node:http would drop the rest of an answer's in silence.
  request.maxHeadersCount = 0
  // A head with Expect is written by the constructor, in the connection's own encoding.
  if (fieldValue(options.fields, 'expect') !== undefined) request.once('socket', speakLatin1)
  return request
}

function speakLatin1(socket: Socket): void {
  socket.setDefaultEncoding('latin1')
}

/**
 * An agent that keeps connections and bounds nothing but what is given. Certificates are verified
 * unless `tls` says otherwise, whatever the environment (NODE_TLS_REJECT_UNAUTHORIZED) says.
 */
export function keepAliveAgent(
  origin: URL,
  options: http.AgentOptions = {},
  tls: UpstreamTls = VERIFIED,
): http.Agent {
  return newAgent(origin, { keepAlive: true, maxFreeSockets: 1024, ...options }, tls)
}

/** The same, but each request has a connection of its own. */
export function freshAgent(origin: URL, tls: UpstreamTls = VERIFIED): http.Agent {
  return newAgent(origin, { keepAlive: false }, tls)
}

function newAgent(origin: URL, options: http.AgentOptions, tls: UpstreamTls): http.Agent {
  const settings = { noDelay: true, ...options }
  if (origin.protocol !== 'https:') return new http.Agent(settings)
  return new https.Agent({ ...settings, ...agentTls(tls) })
}

function hostname(origin: URL): string {
  return origin.hostname.replace(/^\[|\]$/g, '')
}

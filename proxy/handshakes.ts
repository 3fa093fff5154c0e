import type { Say } from '../telemetry/log.ts'
import type { Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Connect } from '../wire/connect.ts'
import { codeOf, messageOf } from '../journal/problem.ts'

/** How long the same reason is not told again, in ms. */
const QUIET = 60_000

/**
 * Tells why connections to the upstream end in their handshake, or because it does not speak what is
 * spoken to it: the code, what it means and what to do. Each reason at most once a minute, for every request may meet it.
 */
export function watchHandshakes(
  connect: Connect,
  { origin }: URL,
  say: Say,
  now = () => performance.now(),
): Connect {
  const tell = rarely(say, now)
  return () => {
    const socket = connect() as TLSSocket
    socket.once('error', (error) => {
      const code = codeOf(error) ?? ''
      const reason = reasonOf(socket, code)
      if (reason === null) return
      const why = `${code}: ${reasonIn(error)}`
      tell(code, `${reason.replace('{origin}', origin)} (${why}); ${hintOf(code)}`)
    })
    return socket
  }
}

/** Tells in the same way of clients that end in their handshake; of garbage and of resets it does not. */
export function watchClients(server: Server, say: Say): void {
  const tell = rarely(say)
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    // node:tls leaves one open whose time is over.
    socket.destroy()
    const mistrusted: unknown = socket.authorizationError
    const code = typeof mistrusted === 'string' ? mistrusted : (codeOf(error) ?? '')
    const reason = mistrusted
      ? 'its certificate is not signed by any of --tls-client-ca'
      : CLIENTS[code]
    if (reason !== undefined) tell(code, `a client is turned away: ${reason} (${code})`)
    else if (ALERT.test(code))
      tell(code, `a client does not accept the certificate of --tls-cert (${code})`)
  })
}

const CLIENTS: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    'it shows no certificate, and --tls-client-ca wants one',
  ERR_SSL_HTTP_REQUEST: 'it speaks plain HTTP, and --listen speaks HTTPS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks nothing later than TLS 1.1',
}

function rarely(
  say: Say,
  now = () => performance.now(),
): (reason: string, message: string) => void {
  const told = new Map<string, number>()
  return (reason, message) => {
    if (now() - (told.get(reason) ?? -Infinity) < QUIET) return
    told.set(reason, now())
    say(message)
  }
}

/** Null for what is no matter of a handshake, such as a refused or a reset connection. */
function reasonOf(socket: TLSSocket, code: string): string | null {
  // node:tls notes there the code with which it ends a connection that it does not trust.
  const mistrusted: unknown = socket.authorizationError
  if (code !== '' && code === mistrusted) return 'the certificate of {origin} is not accepted'
  if (ALERT.test(code)) return '{origin} does not accept the certificate of this proxy, or its lack'
  if (NO_HTTP2.test(code)) return '{origin} speaks no HTTP/2'
  return /^ERR_SSL_|^EPROTO$/.test(code) ? 'no handshake with {origin}' : null
}

/** What an upstream says that wants a certificate, or another one (RFC 8446 section 6.2). */
const ALERT = /^ERR_SSL_.*ALERT_(.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/

/** By what ends a connection on which it was to be spoken (ERR_NO_HTTP2: wire/http2-client.ts). */
const NO_HTTP2 = /^ERR_HTTP2_ERROR$|^ERR_NO_HTTP2$|ALERT_NO_APPLICATION_PROTOCOL$/

function hintOf(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'if it is known by another name than that of the target, say --upstream-server-name'
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'it needs a new one, or the clock of this machine is wrong'
  }
  if (NO_HTTP2.test(code)) return '--upstream-http2 auto, or off, sends it HTTP/1.1'
  if (ALERT.test(code)) return 'give the one that it wants with --upstream-cert and --upstream-key'
  if (/^ERR_SSL_|^EPROTO$/.test(code)) return 'does it speak TLS 1.2 or later on that port?'
  return 'if it is the right one, give who signed it with --upstream-ca'
}

/** What OpenSSL says stands in the middle of where in its sources it says so. */
function reasonIn(error: Error): string {
  const said = messageOf(error).split('\n', 1)[0]!
  return /:error:[^:]*:[^:]*:[^:]*:([^:]+)/.exec(said)?.[1] ?? said
}

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { BootSigns } from '../../backend/boot-signs.ts'
import { look } from '../../backend/look.ts'
import { codeOf, messageOf } from '../../journal/problem.ts'
import { connectTo } from '../../wire/connect.ts'
import { exchange, type WholeAnswer } from '../../wire/exchange.ts'
import { fieldValue } from '../../wire/fields.ts'
import { openClient, type UpstreamHttp2 } from '../../wire/open-client.ts'
import type { UpstreamTls } from '../../wire/tls.ts'
import { tryConnection, type TrialConnection } from '../../wire/trial-connection.ts'
import { judgeSkew, skewOfDate } from './clock.ts'
import { failure, fine, problem, warning, type Finding } from './finding.ts'

export interface AskedUpstream {
  target: URL
  tls: UpstreamTls
  http2: UpstreamHttp2
  /** What tells its lives apart. */
  signs: BootSigns
  /** For a connection, and for an answer, in ms. */
  timeout: number
  signal: AbortSignal
}

/** The backend, one step after the other as far as they go: its name, a connection, an answer. */
export async function checkUpstream(asked: AskedUpstream): Promise<Finding[]> {
  const { target } = asked
  const name = target.hostname.replace(/^\[|\]$/g, '')
  try {
    if (isIP(name) === 0) await lookup(name)
  } catch (error) {
    const remedy = 'correct --target, or see to its name (DNS, /etc/hosts)'
    return [problem('upstream', `nobody knows the name ${name}: ${messageOf(error)}`, remedy)]
  }
  let connection: TrialConnection
  try {
    const connect = connectTo(target, asked.tls, ['h2', 'http/1.1'])
    connection = await tryConnection(connect, asked.timeout, asked.signal)
  } catch (error) {
    return [noConnection(asked, error)]
  }
  return [...judgeConnection(asked, connection), ...(await askAll(asked))]
}

function noConnection({ target, timeout }: AskedUpstream, error: unknown): Finding {
  const code = codeOf(error) ?? ''
  // Of OpenSSL; its message has addresses and file names in it.
  const { reason } = error as { reason?: string }
  const why = code === 'ABORT_ERR' ? `no connection in ${timeout} ms` : (reason ?? messageOf(error))
  return problem('upstream', `${target.origin}: ${why}`, remedyOf(code))
}

/** What to do where it does not come to a connection, by the code of the system or of OpenSSL. */
export function remedyOf(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'start the backend, or correct the port of --target'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'name what its certificate is for: --upstream-server-name'
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'renew its certificate, or set the clock of this machine'
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'name who signed its certificate: --upstream-ca FILE'
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'its port seems to speak no TLS: http:// in --target'
    default:
      return 'see that the backend runs, and that no firewall is in between'
  }
}

/** A certificate that runs out in so many ms is worth a word. */
const SOON = 14 * 86_400_000

function judgeConnection({ target, tls }: AskedUpstream, made: TrialConnection): Finding[] {
  const reached = `${target.origin} takes connections (${made.address}`
  if (made.tls === null) return [fine('upstream', `${reached})`)]
  const { version, protocol, validTo } = made.tls
  const left = validTo.getTime() - Date.now()
  const chosen = protocol === 'h2' ? ', HTTP/2 if asked' : ''
  const findings = [fine('upstream', `${reached}, ${version}${chosen})`)]
  if (tls.verification === 'insecure') {
    const what = 'nobody checks its certificate: whoever is between can read and change everything'
    findings.push(warning('upstream', what, '--upstream-ca FILE, without --upstream-tls insecure'))
  }
  if (left < SOON) {
    const what = `its certificate is valid until ${validTo.toISOString()} only`
    findings.push(warning('upstream', what, 'have it renewed'))
  }
  return findings
}

async function askAll(asked: AskedUpstream): Promise<Finding[]> {
  const client = openClient(asked.target, { tls: asked.tls, http2: asked.http2 })
  try {
    return [
      ...(await askOnce(asked)),
      ...(asked.signs.length === 0 ? [] : [judgeLook(await look(client, asked, asked.signal))]),
    ]
  } finally {
    client.destroy()
  }
}

/** By the version that it chooses where it may, since a request that came by it goes by it. */
async function askOnce(asked: AskedUpstream): Promise<Finding[]> {
  const { target, tls, http2, timeout, signal } = asked
  const client = openClient(target, { tls, http2 })
  const head = {
    method: 'GET',
    target: asked.signs[0]?.target ?? '/',
    fields: ['Host', target.host, 'Accept', '*/*'],
    httpVersion: http2 === 'off' ? '1.1' : '2.0',
  }
  const before = Date.now()
  try {
    const options = { client, timeout, signal, kept: 0, beyond: 'left' } as const
    const answer = await exchange(head, null, [], options)
    return judgeAnswer(head.target, answer, before, Date.now())
  } catch (error) {
    const remedy =
      http2 === 'on'
        ? 'it may not speak HTTP/2: --upstream-http2 auto'
        : 'see its log; one that speaks HTTP/2 alone, as for gRPC, needs --upstream-http2 on'
    return [
      failure(
        'upstream',
        new Error(`GET ${head.target} has no answer: ${messageOf(error)}`),
        remedy,
      ),
    ]
  } finally {
    client.destroy()
  }
}

function judgeAnswer(
  target: string,
  { status, httpVersion, fields }: WholeAnswer,
  before: number,
  after: number,
): Finding[] {
  const what = `GET ${target} is answered ${status} by HTTP/${httpVersion.replace('.0', '')}`
  const skew = skewOfDate(fieldValue(fields, 'date'), before, after)
  const why = 'what it says of times is held against the recording'
  return [
    status < 500
      ? fine('upstream', what)
      : warning('upstream', what, 'see its log: a 5xx is recorded as failed'),
    ...(skew === null ? [] : [judgeSkew('the backend', skew, why)]),
  ]
}

function judgeLook(seen: Awaited<ReturnType<typeof look>>): Finding {
  switch (seen.kind) {
    case 'boot':
      return fine('upstream', `it shows which life of it answers: ${seen.boot}`)
    case 'there':
      return fine('upstream', 'it answers what is asked to tell its lives apart')
    case 'away':
    case 'unclear':
      return problem(
        'upstream',
        `which life of it answers cannot be told: ${seen.why}`,
        'correct --boot-id, --boot-uptime or --factory-state',
      )
  }
}

import { once } from 'node:events'
import { createServer } from 'node:net'
import { codeOf, messageOf } from '../../journal/problem.ts'
import type { Check } from '../../proxy/readiness.ts'
import { exchange } from '../../wire/exchange.ts'
import { openClient } from '../../wire/open-client.ts'
import { WHY } from '../listening.ts'
import type { Address } from '../values.ts'
import { fine, problem, warning, type Finding } from './finding.ts'

export interface AskedPorts {
  listen: Address
  admin: Address | undefined
  /** Of the service. */
  serve: Address | undefined
  signal: AbortSignal
}

/** Whether a proxy could listen, or how the one is that does so already. */
export async function checkPorts({ listen, admin, serve, signal }: AskedPorts): Promise<Finding[]> {
  const running = admin === undefined ? null : await askAdmin(admin, signal)
  const own = [await judgePort('--listen', listen, running === null ? 'nobody' : 'proxy')]
  if (serve !== undefined) own.push(await judgePort('--serve-listen', serve, 'nobody'))
  if (admin === undefined) return [...own, NO_ADMIN]
  if (running !== null) return [...own, ...running.map(ofRunning)]
  return [...own, await judgePort('--admin-listen', admin, 'nobody')]
}

const NO_ADMIN = fine('ports', 'there is no --admin-listen: nobody is told how the proxy is')

async function judgePort(
  flag: string,
  address: Address,
  expected: 'nobody' | 'proxy',
): Promise<Finding> {
  const where = `${flag} ${textOf(address)}`
  const code = await tryListening(address)
  if (code === null) return fine('ports', `${where} is free`)
  if (code !== 'EADDRINUSE') {
    return problem('ports', `${where}: ${WHY[code] ?? code}`, `choose another address: ${flag}`)
  }
  if (expected === 'proxy') return fine('ports', `${where} is in use: a proxy runs`)
  const remedy = `right if it runs already; else choose another address: ${flag}`
  return warning('ports', `${where} is in use`, remedy)
}

/** Answers the code of the error, or null. */
async function tryListening({ host, port }: Address): Promise<string | null> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    return null
  } catch (error) {
    return codeOf(error) ?? messageOf(error)
  } finally {
    server.close()
  }
}

/** For the whole answer, in ms: it asks the upstream itself. */
const PATIENCE = 3_000

/** What a proxy that runs says of itself; null: none answers. */
async function askAdmin({ host, port }: Address, signal: AbortSignal): Promise<Check[] | null> {
  if (port === 0) return null
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const url = new URL(`http://${textOf({ host: reached, port })}`)
  const client = openClient(url, { http2: 'off', connectTimeout: PATIENCE })
  try {
    const head = { method: 'GET', target: '/readyz', fields: ['Host', url.host] }
    const options = { client, timeout: PATIENCE, signal, kept: 65_536, beyond: 'left' } as const
    const { body } = await exchange(head, null, [], options)
    const { checks } = JSON.parse(body.toString('utf8')) as { checks?: unknown }
    return Array.isArray(checks) ? (checks as Check[]) : null
  } catch {
    return null
  } finally {
    client.destroy()
  }
}

function ofRunning({ name, state, detail = '', worker }: Check): Finding {
  const who = worker === undefined ? 'the proxy that runs' : `worker ${worker} of it`
  const what = `${who} says ${name}: ${state.replace('_', ' ')}${detail && `, ${detail}`}`
  if (state === 'ready') return fine('ports', what)
  const remedy = 'see its log, and /readyz at --admin-listen'
  return state === 'degraded' ? warning('ports', what, remedy) : problem('ports', what, remedy)
}

function textOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

import { isIP } from 'node:net'
import { Problem } from '../journal/problem.ts'

/** A target that a replay may go to: `HOST` (any port) or `HOST:PORT`. */
export interface AllowedTarget {
  host: string
  port: string | null
}

/** Parses `HOST` or `HOST:PORT`; throws a RangeError that says what was expected. */
export function parseAllowedTarget(text: string): AllowedTarget {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(text)
  // Written as a URL writes it, so that the two compare: [0:0::1] is [::1].
  if (match === null || !URL.canParse(`http://${text}`)) {
    throw new RangeError(`expected HOST or HOST:PORT, got '${text}'`)
  }
  return {
    host: new URL(`http://${text}`).hostname,
    port: match[2] ? String(Number(match[2])) : null,
  }
}

/** Why a target may be replayed to, or null: it must be named as allowed first. */
export type Allowance = 'loopback' | 'recorded' | 'named'

/**
 * A replay changes what it is sent to, so it goes only to this machine, to an upstream that the
 * stream was recorded in front of, and to what the user named.
 */
export function allowanceOf(
  target: URL,
  recordedTargets: readonly string[],
  named: readonly AllowedTarget[],
): Allowance | null {
  if (recordedTargets.includes(target.origin)) return 'recorded'
  if (isLoopback(target.hostname)) return 'loopback'
  const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port
  const isNamed = named.some(
    (one) => one.host === target.hostname.toLowerCase() && (one.port === null || one.port === port),
  )
  return isNamed ? 'named' : null
}

export function targetNotAllowed(target: URL, recordedTargets: readonly string[]): Problem {
  const recorded = recordedTargets.length === 0 ? 'none' : recordedTargets.join(', ')
  return new Problem(
    'target_not_allowed',
    `${target.origin} is neither on this machine nor a recorded upstream (${recorded})`,
    {
      source: 'user',
      hint: `if that is where it must go, name it: --allow-target ${target.host}`,
    },
  )
}

/** Whether a name or an address, as a URL writes it, is this machine's own. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 4) return host.startsWith('127.')
  return host === '::1' || host === 'localhost' || host.endsWith('.localhost')
}

import createClient from 'openapi-fetch'
import type { components, paths } from './schema.d.ts'

// The service's API in its own types (`npm run generate:client`).

type Schemas = components['schemas']
export type Entry = Schemas['Entry']
export type WholeEntry = Schemas['WholeEntry']
export type Run = Schemas['Run']
export type DrivenRun = Schemas['DrivenRun']
export type Attempt = Schemas['Attempt']
export type Plan = Schemas['Plan']
export type RunWish = Schemas['RunWish']
export type Who = Schemas['Who']
export type Alias = Schemas['Alias']
export type Contrast = Schemas['Contrast']
export type Stream = Schemas['Stream']
export type Recorder = Schemas['Recorder']
export type Audit = Schemas['Audit']
export type Size = Schemas['Size']
export type Deed = Schemas['Deed']
export type Epoch = Schemas['Epoch']
export type Checkpoint = Schemas['Checkpoint']
export type VerifiedRules = Schemas['VerifiedRules']
type Problem = Schemas['Problem']

/** The field says to the service that no other site's page made the browser send it. */
export const api = createClient<paths>({ headers: { 'Reprise-Request': '1' } })

/** The service said no, and why. */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  readonly hint: string | undefined
  /** How long nothing is listened to, in seconds; null: it does not say. */
  readonly wait: number | null

  constructor({ title, detail, code, hint, status }: Problem, wait: number | null = null) {
    super(detail || title)
    this.wait = wait
    this.code = code
    this.status = status
    this.hint = hint
  }
}

/**
 * What an answer brought; throws Refused, or what fetch throws where there was no answer. Pairs are
 * pairs: openapi-fetch makes lists of them.
 */
export async function answered<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Paired<T>> {
  const { data, error, response } = await call
  if (data !== undefined) return data as Paired<T>
  if (isProblem(error)) throw new Refused(error, waitOf(response))
  throw new Error(`the service answered ${response.status}`)
}

/** Of a call whose answer brings nothing; throws as `answered` does. */
export async function done(call: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await call
  if (response.ok) return
  if (isProblem(error)) throw new Refused(error, waitOf(response))
  throw new Error(`the service answered ${response.status}`)
}

/** RFC 9110 section 10.2.3; the service says seconds. */
function waitOf({ headers }: Response): number | null {
  const said = headers.get('retry-after')
  return said !== null && /^\d+$/.test(said) ? Number(said) : null
}

type Paired<T> = T extends (infer One)[]
  ? (string | null)[] extends One
    ? [string, string | null][]
    : Paired<One>[]
  : T extends object
    ? { [K in keyof T]: Paired<T[K]> }
    : T

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'title' in error
}

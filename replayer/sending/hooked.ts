import type { EntrySummary } from '../../journal/entry.ts'
import { fieldPairs } from '../../wire/fields.ts'
import { messageOf } from '../../journal/problem.ts'
import type { Answer } from '../answer.ts'
import type { Request } from '../request.ts'
import { readAfter, readBefore } from './hook-answers.ts'
import { hookProblem, type HookModule } from './hook-module.ts'
import type { HookChange, HookContext, HookRequest } from './hook.ts'
import { isIdempotent } from './idempotence.ts'
import type { Prepared, Review } from './sender.ts'
import { withField } from './set-field.ts'

/** What the hook is told of an entry beside the request. */
export function contextOf(
  { id, method, target, arrivedAt, status }: EntrySummary,
  attempt: number,
  run: { target: string; signal: AbortSignal },
): HookContext {
  const at = new Date(Math.floor(arrivedAt / 1000))
  return { entry: { id, method, target, arrivedAt: at, status }, attempt, ...run }
}

/** Asks `before`. Rejects with the Problem `hook_failed`. */
export async function askBefore(
  { file, hook }: HookModule,
  request: Request,
  context: HookContext,
): Promise<Prepared> {
  if (hook.before === undefined) return { kind: 'send', request }
  const answer = await called(file, 'before', context, async () =>
    readBefore(await hook.before!(shown(request), context)),
  )
  if (answer === null) return { kind: 'send', request }
  if ('skip' in answer) return { kind: 'skip', why: answer.skip }
  if ('stop' in answer) return { kind: 'stop', why: answer.stop }
  return { kind: 'send', request: changed(request, answer.change) }
}

/** Asks `after`. `retried`: whether it was granted a retry of this entry before. Rejects likewise. */
export async function askAfter(
  { file, hook }: HookModule,
  sent: { request: Request; answer: Answer },
  context: HookContext,
  retried: 'never' | 'once',
): Promise<Review> {
  if (hook.after === undefined) return { kind: 'keep', notes: [] }
  const { status, fields, body } = sent.answer
  const answer = { status, headers: fieldPairs(fields), body }
  const said = await called(file, 'after', context, async () =>
    readAfter(await hook.after!(shown(sent.request), answer, context)),
  )
  const notes = said.note === undefined ? [] : [said.note]
  if (said.stop !== undefined) return { kind: 'stop', notes: [...notes, said.stop] }
  if (said.retry === undefined) return { kind: 'keep', notes }
  const refusal = retried === 'once' ? 'it was already granted once' : refusalOf(sent, said.retry)
  if (refusal === null) return { kind: 'again', notes }
  return { kind: 'keep', notes: [...notes, `the hook's retry was not made: ${refusal}`] }
}

/** Why a request is not sent once more at the hook's wish, or null. */
export function refusalOf(
  { request: { method }, answer: { status } }: { request: Request; answer: Answer },
  retry: 'if-safe' | 'not-applied',
): string | null {
  if (isIdempotent(method) || (status >= 400 && status <= 499)) return null
  if (status < 400) return `${status} says that ${method} was applied`
  return retry === 'not-applied' ? null : `${status}: ${method} may have been applied`
}

function changed(request: Request, { headers = {}, body, ...rest }: HookChange): Request {
  let { fields } = request
  for (const [name, value] of Object.entries(headers)) fields = withField(fields, name, value)
  return {
    ...request,
    ...rest,
    fields,
    ...(body !== undefined && { body: typeof body === 'string' ? Buffer.from(body) : body }),
  }
}

function shown({ method, target, fields, body }: Request): HookRequest {
  return {
    ...{ method, target, headers: fieldPairs(fields) },
    body: typeof body === 'function' ? 'streamed' : body,
  }
}

async function called<T>(
  file: string,
  name: 'before' | 'after',
  { entry }: HookContext,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const where = `${name}, at entry ${entry.id} (${entry.method} ${entry.target})`
    const what = messageOf(error)
    const hint = "correct the hook; the type Hook of 'reprise/hook' says what it may return"
    throw hookProblem(file, `${where}: ${what}`, hint, error)
  }
}

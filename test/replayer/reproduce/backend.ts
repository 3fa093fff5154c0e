import { randomBytes } from 'node:crypto'
import type { Journal } from '../../../journal/contract.ts'
import type { EntrySummary } from '../../../journal/entry.ts'
import { plainAnswer, startRawOrigin, type Noted, type RawOrigin } from '../../support/raw-http.ts'
import { startRecorder } from '../../support/recorder.ts'

// A backend that fails only after a certain combination: a thing is linked to another one, which is
// then removed; whoever asks for a report of the first gets a 500.

interface Thing {
  name: string
  links: string[]
}

export interface Backend extends RawOrigin {
  things: Map<string, Thing>
  /** As a restart does. */
  forget(): void
  /** How many times it was told to, by POST /reset. */
  resets(): number
}

export interface BackendOptions {
  /** Default: named, after the thing. */
  ids?: 'named' | 'random'
  /** Answers instead, where it wants to. */
  instead?: (noted: Noted) => Buffer | undefined
}

export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const things = new Map<string, Thing>()
  const counts = { resets: 0 }
  const forget = () => things.clear()
  const idOf = (name: string) =>
    options.ids === 'random' ? randomBytes(8).toString('hex') : `t-${name}`
  const origin = await startRawOrigin((noted) => {
    if (`${noted.method} ${noted.target}` === 'POST /reset') {
      counts.resets++
      forget()
      return EMPTY
    }
    return options.instead?.(noted) ?? answer(noted, things, idOf)
  })
  return { ...origin, things, forget, resets: () => counts.resets }
}

const EMPTY = Buffer.from('HTTP/1.1 204 Done\r\n\r\n')

function answer(
  { method, target, body }: Noted,
  things: Map<string, Thing>,
  idOf: (name: string) => string,
) {
  const [, kind, id = '', part] = target.split('/')
  const thing = things.get(id)
  if (method === 'GET') return plainAnswer('alive')
  if (kind === 'noise') return json('201 Made', {})
  if (kind === 'things' && method === 'POST' && id === '') {
    const { name } = JSON.parse(body.toString()) as Thing
    const made = idOf(name)
    things.set(made, { name, links: [] })
    return json('201 Made', { thing: { id: made, name } }, `Location: /things/${made}\r\n`)
  }
  if (thing === undefined) return json('404 Not Found', { error: `no thing ${id}` })
  if (method === 'DELETE') {
    things.delete(id)
    return EMPTY
  }
  if (part === 'links') {
    const { to } = JSON.parse(body.toString()) as { to: string }
    if (!things.has(to)) return json('422 No', { error: `no thing ${to}` })
    thing.links.push(to)
    return json('200 OK', { links: thing.links.length })
  }
  const isBroken = thing.links.some((to) => !things.has(to))
  if (isBroken) return json('500 Oops', { error: 'a link leads nowhere' })
  return json('200 OK', { links: thing.links.length })
}

function json(status: string, value: unknown, fields = ''): Buffer {
  const type = 'Content-Type: application/json\r\n'
  return plainAnswer(JSON.stringify(value), status, type + fields)
}

export interface History {
  entries: EntrySummary[]
  /** The one that was answered with the 500. */
  failure: EntrySummary
}

/** What clients of it did until it failed, as a recorder before it took it down; then it forgot all. */
export async function recordHistory(
  journal: Journal,
  stream: string,
  backend: Backend,
  fields: Record<string, string> = {},
): Promise<History> {
  const recorder = await startRecorder(backend.url, journal, { stream })
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = { ...fields, 'content-type': 'application/json' }
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const answer = await fetch(recorder.url + path, init)
    const text = await answer.text()
    return (text === '' ? {} : JSON.parse(text)) as { thing?: { id: string } }
  }
  const make = async (name: string) => (await send('POST', '/things', { name })).thing!.id
  await send('POST', '/noise')
  const a = await make('a')
  const other = await make('other')
  const b = await make('b')
  await send('POST', `/things/${a}/links`, { to: other })
  await send('POST', `/things/${a}/links`, { to: b })
  await send('PUT', '/noise')
  await send('POST', `/things/${a}/reports`)
  await send('DELETE', `/things/${b}`)
  await send('DELETE', '/noise')
  await send('POST', `/things/${a}/reports`)
  await send('POST', '/noise/after')
  await recorder.close(1_000)
  backend.forget()
  backend.requests.length = 0
  const entries = await journal.list({ stream }, { order: 'order', limit: 100 })
  return { entries, failure: entries.find(({ verdict }) => verdict === 'failed')! }
}

import { lookup } from 'node:dns'
import { NO_RULES } from '../../replayer/aliases/rules.ts'
import { PLAIN_SENDING } from '../../replayer/sending/sending.ts'
import { STATUS_ONLY } from '../../replayer/compare/rules.ts'
import { randomUUID } from 'node:crypto'
import type { Journal } from '../../journal/contract.ts'
import type { NewEntry } from '../../journal/entry.ts'
import { makePlan, type Selection } from '../../replayer/plan.ts'
import type { RestoreOptions } from '../../replayer/restoring/restore.ts'
import { replay, type RunOptions, type RunSummary } from '../../replayer/run.ts'
import { append, body, LEASE } from '../journal/entries.ts'

/** What a test says of an entry; the rest is an empty POST of /things answered 201. */
export interface Said {
  method?: string
  target?: string
  httpVersion?: string
  fields?: string[]
  body?: string | Buffer
  trailers?: string[]
  capture?: 'complete' | 'truncated' | 'aborted'
  status?: number | null
  answerFields?: string[]
  answerBody?: string | Buffer
  verdict?: NewEntry['verdict']
  /** Seconds after START. Default: its place in the list, as far as recorded before. */
  arrived?: number
  answered?: number | null
  sender?: Partial<NewEntry['sender']>
}

export const START = Date.UTC(2026, 0, 15, 12) * 1000

/** Appends entries to a stream as a recorder before `target` would; answers their ids. */
export async function record(
  journal: Journal,
  stream: string,
  said: readonly Said[],
  target = 'http://backend.test:3000',
): Promise<number[]> {
  const before = await journal.list({ stream }, { order: 'id', limit: 10_000 })
  await recordMany(journal, stream, said, { target, before: before.length })
  const after = await journal.list({ stream }, { order: 'id', limit: 10_000 })
  return after.slice(before.length).map((entry) => entry.id)
}

/** The same for any number of them, of whose ids nobody asks; `before`: how many the stream has. */
export async function recordMany(
  journal: Journal,
  stream: string,
  said: readonly Said[],
  { target = 'http://backend.test:3000', before = 0 } = {},
): Promise<void> {
  const id = randomUUID()
  await journal.enrol(
    {
      ...{
        stream,
        id,
        target,
        durability: 'commit',
        whenUnrecordable: 'refuse',
        host: 'test',
        pid: 1,
        version: '0',
      },
      startedAt: START,
    },
    LEASE,
  )
  for (let i = 0; i < said.length; i += 1_000) {
    const part = said.slice(i, i + 1_000)
    const entries = part.map((one, n) => entryOf(one, i + n + 1, before + i + n))
    await append(journal, stream, id, entries)
  }
}

function entryOf(said: Said, number: number, place: number): NewEntry {
  const bytes = Buffer.from(said.body ?? '')
  const answer = Buffer.from(said.answerBody ?? '')
  const status = said.status === undefined ? 201 : said.status
  const arrivedAt = START + Math.round((said.arrived ?? place) * 1_000_000)
  const framing = bytes.length > 0 ? ['Content-Length', String(bytes.length)] : []
  return {
    number,
    verdict: said.verdict ?? (status === null ? 'in_doubt' : 'applied'),
    cause: status === null ? 'timeout' : null,
    delivery: status === null ? 'whole' : null,
    arrivedAt,
    answeredAt:
      status === null || said.answered === null
        ? null
        : said.answered === undefined
          ? arrivedAt + 1000
          : START + Math.round(said.answered * 1_000_000),
    sender: { address: null, agent: null, user: null, ...said.sender },
    request: {
      method: said.method ?? 'POST',
      target: said.target ?? '/things',
      httpVersion: said.httpVersion ?? '1.1',
      fields: said.fields ?? ['Host', 'backend.test:3000', ...framing],
      body: { ...body(bytes), capture: said.capture ?? 'complete', trailers: said.trailers ?? [] },
    },
    response:
      status === null
        ? null
        : { status, reason: 'OK', fields: said.answerFields ?? [], body: body(answer) },
  }
}

/** As without flags. */
export const ORDER = { concurrency: 16, window: 256, tolerance: 50_000 }

/** How requests are sent by what a command line without flags would say. */
export const SENDING: RestoreOptions['sending'] = {
  lookup,
  host: 'recorded',
  timeout: 20_000,
  incomplete: 'fail',
  compare: STATUS_ONLY,
  sending: PLAIN_SENDING,
  lanes: [],
  aliases: NO_RULES,
  order: ORDER,
}

/** Plans and runs with what a command line without flags would say. */
export async function replayed(
  journal: Journal,
  selection: Partial<Selection> & { stream: string },
  options: Partial<RunOptions> & { target: URL },
): Promise<RunSummary> {
  const plan = await makePlan(journal, { filter: {}, inDoubt: 'stop', ...selection })
  return replay(journal, plan, {
    ...SENDING,
    actor: { who: 'tester', role: null, means: 'command_line', address: null },
    onFailure: 'stop',
    onDifference: 'continue',
    signal: new AbortController().signal,
    ...options,
  })
}

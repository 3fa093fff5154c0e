import { BlockList } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import type { Policy } from '../../proxy/policy.ts'
import type { HeadRules } from '../../proxy/heads.ts'
import type { ConnectionOptions } from '../../proxy/server.ts'
import { beforeDrop } from './database.ts'
import { testSecrets } from './secrets.ts'
import type { Limits } from '../../proxy/limits.ts'
import {
  startProxy,
  type ProxyOptions,
  type RecordingOptions,
  type RunningProxy,
} from '../../proxy/proxy.ts'

/**
 * The journal of a database: of one that was made for the file always the same, closed with it, since each new
 * connection learns all partitions anew; of any other a new one, closed after the test.
 */
export function useJournal(url: string): Journal {
  const known = journals.get(url)
  if (known !== undefined) return known
  const journal = openJournal({ url, secrets: testSecrets })
  if (beforeDrop(url, () => journal.close())) journals.set(url, journal)
  else onTestFinished(() => journal.close())
  return journal
}

const journals = new Map<string, Journal>()

/** A journal with connections of its own; closed after the test. */
export function newJournal(url: string): Journal {
  const journal = openJournal({ url, secrets: testSecrets })
  onTestFinished(() => journal.close())
  return journal
}

/** Every mutation is recorded. */
export const RECORDING: Policy = {
  recording: 'on',
  methods: 'unsafe',
  statuses: [
    { from: 100, to: 399 },
    { from: 500, to: 599 },
  ],
  isExcluded: () => false,
  optOutParameter: 'save',
  replayed: 'unrecorded',
  context: { isChosen: () => false, others: 'remembered' },
}

/** A proxy in this process that records everything by default; closed after the test. */
export async function startRecorder(
  target: string,
  journal: ProxyOptions['journal'],
  changes: Partial<ProxyOptions> = {},
): Promise<RunningProxy & { problems: string[] }> {
  const problems: string[] = []
  const proxy = await startProxy({
    target: new URL(target),
    host: '127.0.0.1',
    port: 0,
    stream: 'test',
    version: '0.0.0-test',
    policy: { ...RECORDING, recording: journal === null ? 'off' : 'on' },
    context: { memory: 8 * 1024 * 1024, perMinute: 600 },
    sender: { trustedProxies: new BlockList(), userField: null, userClaim: 'sub' },
    journal,
    maxBody: 64 * 1024 * 1024,
    heads: UNCHANGED,
    limits: limits(),
    connections: connections(),
    recording: recordingOptions(),
    onProblem: (message) => problems.push(message),
    ...changes,
  })
  onTestFinished(() => proxy.close(1_000))
  return { ...proxy, problems }
}

export function limits(changes: Partial<Limits> = {}): Limits {
  return { connect: 30_000, answer: 30_000, idle: Infinity, exchange: Infinity, ...changes }
}

export function connections(changes: Partial<ConnectionOptions> = {}): ConnectionOptions {
  return {
    ...{ maxHead: 64 * 1024, headTimeout: 60_000, keepAlive: 60_000, upstreamKeepAlive: 60_000 },
    http2: 'on',
    ...changes,
  }
}

/** Nothing is changed in heads. */
export const UNCHANGED: HeadRules = {
  host: 'keep',
  forwarded: { how: 'leave', fields: 'x-forwarded', trustedProxies: null },
  via: null,
}

/** In `commit` mode, without a spool. */
export function recordingOptions(changes: Partial<RecordingOptions> = {}): RecordingOptions {
  return {
    durability: 'commit',
    spoolDir: '',
    spoolLimit: 0,
    lease: 30_000,
    commitTimeout: 30_000,
    slowCommit: 20_000,
    asyncLimit: { records: 1_000, bytes: 1_000_000 },
    whenUnrecordable: 'refuse',
    ...changes,
  }
}

/** Every entry of a stream with its bodies, in the stream's order. */
export async function recordedEntries(journal: Journal, stream = 'test'): Promise<Entry[]> {
  const summaries = await journal.list({ stream }, { order: 'order', limit: 10_000 })
  return Promise.all(summaries.map(({ id }) => journal.entry(id)))
}

import { onTestFinished } from 'vitest'
import { openJournal } from '../../../journal/postgres/journal.ts'
import type { Journal } from '../../../journal/contract.ts'
import type { ListDefaults } from '../../../replayer/service/api.ts'
import type { DoorOptions } from '../../../replayer/service/door/door.ts'
import { COLUMNS } from '../../../replayer/service/entry-schemas.ts'
import { NO_RULES } from '../../../replayer/aliases/rules.ts'
import { DEFAULT_RULES } from '../../../replayer/compare/rules.ts'
import { PLAIN_SENDING } from '../../../replayer/sending/sending.ts'
import type { Restoring } from '../../../replayer/service/restore-control.ts'
import type { Replaying } from '../../../replayer/service/run-control.ts'
import { testSecrets } from '../../support/secrets.ts'
import { SENDING } from '../recording.ts'
import { startService } from '../../../replayer/service/service.ts'

export interface Answered {
  status: number
  headers: Headers
  type: string | null
  /** As JSON where it is that. */
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export interface Client {
  url: string
  journal: Journal
  get: (path: string, headers?: Fields) => Promise<Answered>
  send: (method: string, path: string, body: unknown, headers?: Fields) => Promise<Answered>
  /** Ends the service before the test does. */
  close: () => Promise<void>
}

/** As a service without settings has it, but that nothing is kept beside the journal. */
export const REPLAYING: Replaying = {
  ...{ timeout: 20_000, incomplete: 'fail', host: 'auto', allowed: [] },
  ...{ compare: DEFAULT_RULES, aliases: NO_RULES, sending: PLAIN_SENDING },
  onBroken: () => {},
}

/** The same of a restore. */
export const RESTORING: Restoring = {
  holder: 'service',
  optionsOf: async (journal, _stream, target, actor) => ({
    ...{ journal, target, actor, signs: [], timeout: 20_000, proving: null, resetting: null },
    ...{ inDoubt: 'stop', inFlight: 'stop', differs: 'open', failed: 'shut', tries: 3 },
    ...{ sending: SENDING, say: () => {} },
  }),
}

type Fields = Record<string, string>

/** What a service has besides its journal, where a test does not care. */
export const NOTHING_SPECIAL = {
  replaying: REPLAYING,
  restoring: RESTORING,
  spools: async () => [],
  allowedHosts: [],
  door: { tokens: [], identity: null, trustedProxies: null },
} as const

type About = [
  defaults?: Partial<ListDefaults>,
  door?: Partial<DoorOptions>,
  replaying?: Partial<Replaying>,
]

/** A service over the journal of a database, and the journal itself; closed after the test. */
export async function useService(database: string, ...about: About): Promise<Client> {
  const client = await startClient(database, ...about)
  onTestFinished(async () => {
    await client.close()
    await client.journal.close()
  })
  return client
}

/** The same, for whoever closes both. */
export async function startClient(
  database: string,
  ...[defaults = {}, door = {}, replaying = {}]: About
): Promise<Client> {
  const journal = openJournal({ url: database, secrets: testSecrets })
  const service = await startService({
    ...{ host: '127.0.0.1', port: 0, version: '0.0.0-test', journal },
    isSecret: testSecrets.isSecret,
    replaying: { ...REPLAYING, ...replaying },
    restoring: RESTORING,
    spools: async () => [],
    allowedHosts: ['reprise.internal'],
    door: { tokens: [], identity: null, trustedProxies: null, ...door },
    defaults: { filter: {}, order: '-order', columns: COLUMNS, ...defaults },
  })
  let closing: Promise<void> | null = null
  const close = () => (closing ??= service.close())
  const ask = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(service.url + path, { redirect: 'manual', ...init })
    const type = response.headers.get('content-type')
    const text = await response.text()
    const isJson = /json/.test(type ?? '')
    return {
      status: response.status,
      headers: response.headers,
      type,
      body: isJson ? (JSON.parse(text) as unknown) : text,
    }
  }
  return {
    url: service.url,
    ...{ journal, close },
    get: (path, headers = {}) => ask(path, { headers }),
    send: (method, path, body, headers = {}) =>
      ask(path, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}

import { onTestFinished } from 'vitest'
import { openJournal } from '../../../journal/postgres/journal.ts'
import type { Journal } from '../../../journal/contract.ts'
import type { ListDefaults } from '../../../replayer/service/api.ts'
import type { DoorOptions } from '../../../replayer/service/door/door.ts'
import { COLUMNS } from '../../../replayer/service/schemas.ts'
import { testSecrets } from '../../support/secrets.ts'
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
}

type Fields = Record<string, string>

/** A service over the journal of a database, and the journal itself; closed after the test. */
export async function useService(
  database: string,
  defaults: Partial<ListDefaults> = {},
  door: Partial<DoorOptions> = {},
): Promise<Client> {
  const journal = openJournal({ url: database, secrets: testSecrets })
  const service = await startService({
    ...{ host: '127.0.0.1', port: 0, version: '0.0.0-test', journal },
    isSecret: testSecrets.isSecret,
    allowedHosts: ['reprise.internal'],
    door: { tokens: [], identity: null, trustedProxies: null, ...door },
    defaults: { filter: {}, order: '-order', columns: COLUMNS, ...defaults },
  })
  onTestFinished(async () => {
    await service.close()
    await journal.close()
  })
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
    journal,
    get: (path, headers = {}) => ask(path, { headers }),
    send: (method, path, body, headers = {}) =>
      ask(path, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}

import { randomUUID } from 'node:crypto'
import { parseBootSign } from '../../../backend/boot-sign.ts'
import { eventually } from '../../support/between.ts'
import { connectRaw, plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import type { Limits } from '../../../proxy/limits.ts'
import type { ProxyOptions } from '../../../proxy/proxy.ts'
import { limits, startRecorder, useJournal } from '../../support/recorder.ts'

export const OLD = randomUUID()
export const NEW = `${randomUUID()}-longer7x`

export const JSON_TYPE = 'Content-Type: application/json\r\n'

export interface Waiting {
  connections: 'trusted' | 'asked'
  patience: number
}

/** What stands on a database of the calling file. */
export function standingOn(database: string) {
  return {
    proxyOf: (...given: Given<typeof proxyOf>) => proxyOf(database, ...given),
    stand: (...given: Given<typeof stand>) => stand(database, ...given),
  }
}

type Given<F> = F extends (database: string, ...given: infer G) => unknown ? G : never

/** A proxy in front of a backend that calls OLD NEW since its last restore, and says at /boot who it is. */
async function proxyOf(
  database: string,
  url: string,
  { connections = 'trusted', patience = 20_000 }: Partial<Waiting> = {},
  changes: Partial<ProxyOptions> = {},
) {
  const journal = useJournal(database)
  const source = {
    restorations: async () => [{ epoch: 2, run: 1, upTo: 1 }],
    aliases: async () => [
      {
        ...{ number: 0, producer: 1, place: 'json /id', kind: null, old: OLD, new: NEW },
        secrecy: 'plain' as const,
      },
    ],
    attempted: async () => [],
  }
  const stream = randomUUID()
  const proxy = await startRecorder(url, journal, {
    stream,
    gate: {
      ...{ store: journal, signs: [parseBootSign('/boot json /id', 'id')], connections },
      ...{ every: 1_000, timeout: 20_000, rules: { back: 'same', failed: 'shut' } },
      held: { most: 100, bytes: 1e9, patience, passes: () => false },
    },
    live: { source, expiry: null, most: 100 },
    ...changes,
  })
  await eventually(() => proxy.gate!.shut === null)
  return { proxy, journal, stream }
}

/** The same with a backend of bytes. */
async function stand(
  database: string,
  answer: (target: string, body: string) => Buffer,
  changes: Partial<Limits> = {},
  waiting: Partial<Waiting> = {},
) {
  const life = { boot: () => 'a' }
  const origin = await startRawOrigin(({ target, body }) =>
    target === '/boot' ? plainAnswer(`{"id":"${life.boot()}"}`) : answer(target, body.toString()),
  )
  const stood = await proxyOf(database, origin.url, waiting, { limits: limits(changes) })
  const ask = async (request: string, end: RegExp) => {
    const client = await connectRaw(stood.proxy.url)
    client.write(request)
    return client.until(end)
  }
  const got = () => origin.requests.filter(({ target }) => target !== '/boot')
  return { ...stood, ask, got, life, origin }
}

export function posted(target: string, body: string, fields = JSON_TYPE): string {
  return `POST ${target} HTTP/1.1\r\nHost: a\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`
}

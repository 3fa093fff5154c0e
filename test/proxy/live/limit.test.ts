import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { connectRaw, plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { recordingOptions } from '../../support/recorder.ts'
import { NEW, OLD, posted, standingOn } from './stand.ts'

const { proxyOf } = standingOn(await createDatabase())

test.for(['commit', 'intent'] as const)(
  'a body that is more than is kept by what is renamed in it goes on whole: %s',
  async (durability) => {
    const origin = await startRawOrigin(({ target }) =>
      plainAnswer(target === '/boot' ? '{"id":"a"}' : 'ok'),
    )
    const body = `["${OLD}"]`
    const recording = recordingOptions({ durability })
    const { proxy, journal, stream } = await proxyOf(
      origin.url,
      {},
      { recording, maxBody: body.length },
    )
    const client = await connectRaw(proxy.url)
    client.write(posted('/', body))
    await client.until(/ok$/)
    expect(origin.requests.at(-1)!.body.toString()).toBe(`["${NEW}"]`)
    const [entry] = await journal.entries({ stream }, { limit: 1, bytes: 1_000 })
    expect(entry!.requestCapture).toBe('truncated')
  },
)

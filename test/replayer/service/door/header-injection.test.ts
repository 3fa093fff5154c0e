import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { connectRaw } from '../../../support/raw-http.ts'
import { record } from '../../recording.ts'
import { useService } from '../client.ts'

// Whatever a client, a recorded request or a backend says: none of it becomes a field of an answer.

const database = await createDatabase()

/** As text, percent-encoded, and twice so. */
const BREAKS = [
  '\r\nInjected: yes',
  '%0d%0aInjected:%20yes',
  '%250d%250aInjected:%20yes',
  '\u560d\u560aInjected',
]

/** The head of an answer as it is on the wire. */
async function headOf(url: string, method: string, target: string, fields = '') {
  const client = await connectRaw(url)
  const head = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${fields}Connection: close\r\n\r\n`
  client.write(head)
  return (await client.closed()).text.split('\r\n\r\n')[0]!
}

test.each(BREAKS)('what stands in an address is in no field of the answer: %j', async (text) => {
  const { url } = await useService(database)
  const said = encodeURI(text).replaceAll('%25', '%')
  for (const target of [
    `/api/docs?${said}`,
    `/api/docs/${said}`,
    `/api/entries?label=${said}`,
    `/api/entries/${said}`,
    `/api/streams/${said}/entries`,
    `/${said}`,
    `/assets/${said}`,
  ]) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const head = await headOf(url, method, target)
      expect(head).toMatch(/^HTTP\/1\.1 \d{3} /)
      expect(head).not.toMatch(/injected/i)
    }
  }
})

test.each(['a b', 'a\tb', 'a"b', '\xe9', 'x'.repeat(201), '<script>', 'a;b=c', 'a,b'])(
  'an id of a request that could be misread is another one in the answer: %j',
  async (id) => {
    const { url } = await useService(database)
    const head = await headOf(url, 'GET', '/health', `X-Request-Id: ${id}\r\n`)
    expect(head).toMatch(/\r\nx-request-id: [\da-f-]{36}(\r\n|$)/i)
  },
)

test('a download has the name that we gave it, whatever was recorded', async () => {
  const { url, journal } = await useService(database)
  const stream = 'a"; filename="evil.html\r\nInjected: yes'
  const [id] = await record(journal, stream, [
    {
      ...{ target: '/x"\\.html', body: 'asked' },
      fields: ['Content-Disposition', 'attachment; filename="evil.html"'],
      answerFields: ['Content-Disposition', 'inline; filename=evil.html', 'Set-Cookie', 'a=b'],
      answerBody: 'answered',
    },
  ])
  await journal.label({ idFrom: id!, idTo: id! }, 'x\r\nInjected: yes')
  for (const side of ['request', 'response']) {
    const head = await headOf(url, 'GET', `/api/entries/${id}/bodies/${side}`)
    const name = `attachment; filename="entry-${id}-${side}"`
    expect(head.toLowerCase()).toContain(`content-disposition: ${name}\r\n`)
    expect(head).not.toMatch(/evil|injected|set-cookie/i)
  }
})

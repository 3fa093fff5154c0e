import { chromium } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { writeHar } from '../../replayer/formats/har-out.ts'
import { exported, written } from '../formats/exported.ts'
import { body } from '../journal/entries.ts'
import { LAUNCH } from './support/browser.ts'

const OPAQUE = Buffer.from([0, 255, 1])
const DEVTOOLS = 'devtools://devtools/bundled'

/** What the network panel of Chromium makes of a HAR file, by its own importer. */
async function opened(har: string): Promise<unknown> {
  const browser = await chromium.launch(LAUNCH)
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`${DEVTOOLS}/devtools_app.html`, { waitUntil: 'commit' })
  // As a text: here an import would be Vite's.
  return page.evaluate(`(async () => {
    const { HARFormat, Importer } = await import('${DEVTOOLS}/models/har/har.js')
    const { log } = new HARFormat.HARRoot(${har})
    return Importer.Importer.requestsFromHARLog(log)
      .map((one) => [one.requestMethod, one.url(), one.statusCode, one.mimeType])
  })()`)
}

test('what goes out as HAR is opened by Chromium', async () => {
  const fields = ['Host', 'a.test', 'Content-Type', 'application/json']
  const answer = { status: 201, reason: 'Created', fields: fields.slice(2) }
  const { text } = await written(writeHar, [
    exported(1, {
      request: { method: 'POST', target: '/orders?a=%2F', fields, body: body('{"a":1}') },
      response: { ...answer, body: body('{"id":1}') },
    }),
    exported(2, {
      request: { method: 'PUT', target: '/raw', fields, body: body(OPAQUE) },
      response: { ...answer, status: 200, body: body(OPAQUE) },
    }),
    exported(3, { response: null, answeredAt: null, verdict: 'in_doubt', cause: 'client_gone' }),
  ])
  expect(await opened(text)).toEqual([
    ['POST', 'http://a.test/orders?a=%2F', 201, 'application/json'],
    ['PUT', 'http://a.test/raw', 200, 'application/json'],
    ['POST', 'http://a.example/things/3', 0, undefined],
  ])
})

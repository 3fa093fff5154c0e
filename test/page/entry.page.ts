import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { BODIES, shopHour } from './support/shop.ts'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()
let ids: number[] = []
let order = 0
let doubtful = 0

beforeAll(async () => {
  ids = await record(stage.journal, 'bodies', BODIES)
  await record(stage.journal, 'shop', shopHour(300))
  const posted = {
    stream: 'shop',
    methods: ['POST'],
    text: 'Köln',
    statuses: [{ from: 201, to: 201 }],
  }
  const [first] = await stage.journal.list(posted, { order: 'id', limit: 1 })
  const [doubt] = await stage.journal.list(
    { stream: 'shop', verdicts: ['in_doubt'] },
    { order: 'id', limit: 1 },
  )
  order = first!.id
  doubtful = doubt!.id
})

interface Picture {
  naturalWidth: number
}

const at = (id: number | undefined) => `${stage.url}/entries/${id}`

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
] as const)('is accessible and not wider than the screen: $width, $theme', async (opening) => {
  const page = await open(at(order), opening)
  await page.locator('.json').nth(1).waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
})

test('request and answer stand side by side, JSON as a tree that opens and closes', async () => {
  const page = await open(at(order))
  const response = page.getByRole('region', { name: 'Response' })
  await response.locator('.json').waitFor()
  const request = page.getByRole('region', { name: 'Request' })
  const areBeside = async () => {
    const [left, right] = [(await request.boundingBox())!, (await response.boundingBox())!]
    return left.y === right.y && right.x > left.x + left.width
  }
  await expect.poll(areBeside).toBe(true)
  await response.getByText('"TEA-100"').waitFor()
  await response.getByRole('button', { name: 'Close items' }).click()
  await response.getByText('"TEA-100"').waitFor({ state: 'detached' })
  await response.getByText('"Grüße aus Köln"').waitFor()
  await response.getByRole('button', { name: 'Hex' }).click()
  await response.getByText('000000  7b 22 69 64').waitFor()
})

test('a form is its fields; a coding is undone, numbers keep their digits, secrets stay secret', async () => {
  const page = await open(at(ids[0]))
  const request = page.getByRole('region', { name: 'Request' })
  await request.getByText('/cart?a=1', { exact: true }).waitFor()
  await page.getByRole('region', { name: 'Response' }).getByText('12345678901234567890').waitFor()
  await expect.poll(() => page.locator('.secret').count()).toBe(2)
  expect(await page.content()).not.toContain('s3cr3t')
})

test('parts of a multipart body, and an image as one', async () => {
  const page = await open(at(ids[1]))
  const request = page.getByRole('region', { name: 'Request' })
  await request.getByText('A größe').waitFor()
  await request.getByText('dot.png · image/png').waitFor()
  const images = page.getByAltText('The recorded body')
  await images.nth(1).waitFor()
  for (const image of await images.all()) {
    const width = () => image.evaluate((one) => (one as unknown as Picture).naturalWidth)
    await expect.poll(width).toBe(1)
    await expect.poll(() => image.getAttribute('src')).toMatch(/^blob:/)
  }
})

test('recorded HTML and SVG are text in their character set, and never run', async () => {
  const page = await open(at(ids[2]))
  await page.getByText('<h1>Größe</h1><script>').waitFor()
  await page.getByText('<svg xmlns=').waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.title()).toBe(`Entry ${ids[2]} · reprise`)
  expect(await page.locator('main svg, main iframe, main object, main embed').count()).toBe(0)
})

test('bytes are shown as bytes, and so is what no coding here undoes', async () => {
  const page = await open(at(ids[3]), { expected: /400/ })
  await page.getByText('000000  00 01 02 fe ff 61 62 63').waitFor()
  await page.getByText('Its content coding cannot be undone here.').waitFor()
  await page.getByText('not to be decoded').first().waitFor()
})

test('a target without end can be read to its end, and what is no image says so', async () => {
  const target = `/pictures/${'of-a-very-long-name-'.repeat(60)}end`
  const [id] = await record(stage.journal, 'odd', [
    { target, fields: ['Host', 'h', 'Content-Type', 'image/png'], body: 'no picture' },
  ])
  const page = await open(at(id), { width: 390 })
  await page.getByText('No image that a browser can show').waitFor()
  const hidden = `(() => {
    const title = document.querySelector('.entry-title h2')
    return title.scrollWidth - title.clientWidth
  })()`
  await expect.poll(() => page.evaluate(hidden)).toBe(0)
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390)
})

test('one in doubt says what is known', async () => {
  const page = await open(at(doubtful))
  await page.getByText('No answer came (timeout)').waitFor()
  await expectAccessible(page)
})

test('the key that replays it is heard before it has been read', async () => {
  const page = await open(at(order))
  await page.route(`**/api/entries/${order}`, () => {})
  await page.goto(at(order))
  await page.getByText(`Reading entry ${order}…`).waitFor()
  await page.keyboard.press('r')
  await page.waitForURL(`${stage.url}/replay?id=${order}`)
  await page.locator('.plan-row').waitFor()
})

test('it is copied as a command, without its secrets', async () => {
  const page = await open(at(order))
  await page.getByText('curl', { exact: true }).waitFor()
  await page.keyboard.press('c')
  await page.getByText('Copied as curl').waitFor()
  const copied = (await page.evaluate('navigator.clipboard.readText()')) as string
  expect(copied).toMatch(/^curl -X POST 'http:\/\/shop.example\/api\/orders' \\\n/)
  expect(copied).toContain("-H 'Authorization: AUTHORIZATION_NOT_SHOWN'")
  expect(copied).not.toContain('s3cr3t')
})

test('it is labelled where it is looked at', async () => {
  const page = await open(at(ids[3]), { expected: /400/ })
  await page.getByRole('button', { name: 'Label…' }).click()
  await page.getByRole('textbox').fill('looked at')
  await page.keyboard.press('Enter')
  await page.locator('.entry-title .label').waitFor()
  expect((await stage.journal.entry(ids[3]!)).label).toBe('looked at')
})

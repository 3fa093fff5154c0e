import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { NOTHING_SPECIAL, REPLAYING } from '../replayer/service/client.ts'
import { add, queueOf, simulator } from '../simulator/client.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { recordedEntries, startRecorder } from '../support/recorder.ts'
import { useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { shopHour } from './support/shop.ts'
import { openStage, PATIENCE } from './support/stage.ts'

const allowed = [{ host: 'shop.staging', port: null }]
const stage = await openStage({
  door: NOTHING_SPECIAL.door,
  replaying: { ...REPLAYING, timeout: PATIENCE, allowed },
})
const open = useBrowser()

beforeAll(async () => {
  await record(stage.journal, 'shop', shopHour(400), 'http://shop.example')
})

interface Box {
  offsetTop: number
  scrollHeight: number
}

interface Link {
  pathname: string
}

const rows = (page: Page) => page.locator('.plan-row')
const startButton = (page: Page) => page.getByRole('button', { name: /^Start/ })

/** Runs of a stream, the newest first. */
const runsOf = (stream: string) => stage.journal.runs({ stream, limit: 10 })

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)(
  'a plan is accessible and not wider than the screen: $width, $theme',
  async (opening) => {
    const search = 'stream=shop&lanes=/api/orders/:id&target=http://127.0.0.1:9'
    const page = await open(`${stage.url}/replay?${search}`, opening)
    await rows(page).first().waitFor()
    await page.getByText('Failures, differences, clocks').click()
    await expectAccessible(page)
    await expect
      .poll(() => page.evaluate('document.documentElement.scrollWidth'))
      .toBe(opening.width)
  },
)

test('on a low screen no field lies over another, and what is typed counts without leaving it', async () => {
  const page = await open(`${stage.url}/replay?stream=shop`)
  await rows(page).first().waitFor()
  expect(page.viewportSize()).toEqual({ width: 1280, height: 800 })
  const overlaps = await page.locator('.wish').evaluate((form) => {
    const boxes = [...(form as unknown as { children: Iterable<Box> }).children]
    const inner = (one: Box) => one.offsetTop + one.scrollHeight
    return boxes.slice(1).filter((one, i) => inner(boxes[i]!) > one.offsetTop + 1).length
  })
  expect(overlaps).toBe(0)
  await page.getByRole('textbox', { name: 'Target' }).pressSequentially('http://127.0.0.1:9')
  await page.waitForURL(/target=http/)
  await expect.poll(() => startButton(page).isEnabled()).toBe(true)
})

test('what is typed while the target is being taken in stays', async () => {
  const [id] = await record(stage.journal, 'typed', [{ target: '/typed' }])
  const page = await open(stage.url)
  // A key that comes just behind the timer which takes in what was typed before.
  await page.addInitScript(`{
    const { setTimeout } = window
    let isTyped = false
    window.setTimeout = (act, after, ...rest) => setTimeout(() => {
      act(...rest)
      if (after !== 400 || isTyped) return
      isTyped = true
      document.execCommand('insertText', false, '9')
    }, after)
  }`)
  await page.goto(`${stage.url}/entries/${id}`)
  await page.getByRole('button', { name: 'Send once' }).click()
  const target = page.getByRole('dialog').getByLabel('Target', { exact: true })
  await target.fill('http://127.0.0.1:')
  await page.getByText('On the machine of the service.').waitFor()
  await expect.poll(() => target.inputValue()).toBe('http://127.0.0.1:9')
})

test('what a proxy recorded of a simulator is replayed to it after it has forgotten', async () => {
  const backend = await simulator()
  const proxy = await startRecorder(backend.url, stage.journal, { stream: 'queue' })
  await add({ ...backend, url: proxy.url }, 'one', 'two', 'three')
  await expect.poll(() => recordedEntries(stage.journal, 'queue')).toHaveLength(3)
  const before = await queueOf(backend)
  backend.reboot()
  const page = await open(`${stage.url}/?stream=queue`)
  await page.locator('.scroller .line a').nth(2).waitFor()
  await page.keyboard.press('r')
  await page.waitForURL(`${stage.url}/replay?stream=queue`)
  await rows(page).nth(2).waitFor()
  await page.getByRole('button', { name: `${backend.url} recorded` }).click()
  await page.getByText('On the machine of the service.').waitFor()
  await startButton(page).click()
  await page.waitForURL(/\/runs\/\d+$/)
  await page.getByText('done', { exact: true }).waitFor()
  await page.getByText('3 same').waitFor()
  expect(await queueOf(backend)).toEqual(before)
})

test('chosen rows are what is replayed, and the address says so', async () => {
  const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
  const page = await open(`${stage.url}/?stream=shop&method=POST&status=201`)
  await page.locator('.scroller .line a').first().waitFor()
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
  await page.getByText('2 chosen').waitFor()
  const chosen = page.locator('.scroller [role=row]', { has: page.locator(':checked') })
  const links = await chosen
    .locator('a')
    .evaluateAll((all) => (all as unknown as Link[]).map(({ pathname }) => pathname))
  await page.getByRole('link', { name: 'Replay…' }).click()
  await page.waitForURL(/\/replay\?stream=shop&id=\d+,\d+$/)
  await rows(page).nth(1).waitFor()
  await expect.poll(() => rows(page).count()).toBe(2)
  const field = page.getByLabel('Target', { exact: true })
  await field.fill(origin.url)
  await page.keyboard.press('Enter')
  await page.waitForURL(/target=/)
  await page.getByRole('radio', { name: 'Serial' }).check()
  await page.waitForURL(/concurrency=1/)
  await startButton(page).click()
  await page.waitForURL(/\/runs\/\d+$/)
  await page.locator('.attempt').nth(1).waitFor()
  const [run] = await runsOf('shop')
  expect(run).toMatchObject({ planned: 2, target: origin.url })
  const sent = await stage.journal.attempts(run!, { limit: 10 })
  const entries = sent.map(({ entry }) => `/entries/${entry}`)
  expect(entries.toSorted()).toEqual(links.toSorted())
})

test('the plan tells what is left out and where it would end, and follows what is said', async () => {
  const page = await open(`${stage.url}/replay?stream=shop&target=http://127.0.0.1:9`)
  const [doubt] = await stage.journal.list(
    { stream: 'shop', verdicts: ['in_doubt'] },
    { order: 'order', limit: 1 },
  )
  await page.getByRole('link', { name: `entry ${doubt!.id}` }).waitFor()
  await page.getByText(/\d+ failed, \d+ in doubt/).waitFor()
  await page.getByRole('radio', { name: 'Leave them out' }).check()
  await page.waitForURL(/in_doubt=skip/)
  await page.getByRole('link', { name: `entry ${doubt!.id}` }).waitFor({ state: 'detached' })
  await page.getByRole('radio', { name: 'In lanes' }).check()
  await page.getByLabel('Lanes', { exact: true }).fill('/api/orders/:id /api/carts/:id')
  await page.keyboard.press('Enter')
  await page.waitForURL(/lanes=.*lanes=/)
  await page.getByText(/\d+ lanes/).waitFor()
  await page.locator('.plan-row .lane').first().waitFor()
  // How many rows are drawn depends on what is above them.
  const told = async () => [
    await page.locator('.plan .facts').textContent(),
    ...(await rows(page).allTextContents()).slice(0, 5),
  ]
  await rows(page).nth(4).waitFor()
  const before = await told()
  await page.reload()
  await page.locator('.plan-row .lane').first().waitFor()
  await expect.poll(told).toEqual(before)
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  await expect.poll(() => rows(page).count()).toBeLessThan(60)
})

test('why an entry is not sent, or what it waits for, is explained', async () => {
  const page = await open(`${stage.url}/replay?stream=shop&in_doubt=skip`)
  await rows(page).first().waitFor()
  const [failed] = await stage.journal.list(
    { stream: 'shop', verdicts: ['failed'] },
    { order: 'order', limit: 1 },
  )
  await page.getByText('Why is an entry sent, or not?').click()
  await page.getByLabel('Entry', { exact: true }).fill(String(failed!.id))
  await page.keyboard.press('Enter')
  await page.getByText('its verdict is failed').waitFor()
  await expectAccessible(page)
  const second = await rows(page).nth(1).locator('.id').textContent()
  await page.getByLabel('Entry', { exact: true }).fill(second!)
  await page.keyboard.press('Enter')
  await page.getByText('is sent', { exact: true }).waitFor()
})

test('what the service refuses stands in the plan, in its own words', async () => {
  const page = await open(`${stage.url}/replay?stream=shop&lanes=devices`, { expected: /400/ })
  await page.getByRole('alert').getByText('expected a path such as').waitFor()
  await expect.poll(() => startButton(page).isDisabled()).toBe(true)
  await expectAccessible(page)
})

test('several streams are chosen from, one at a time', async () => {
  await record(stage.journal, 'other', [{ target: '/only' }])
  const page = await open(`${stage.url}/replay`)
  await page.getByRole('heading', { name: 'Choose a stream' }).waitFor()
  await expectAccessible(page)
  await page.getByLabel('Stream').selectOption('other')
  await page.waitForURL(`${stage.url}/replay?stream=other`)
  await page.getByRole('link', { name: '/only' }).waitFor()
  await page.getByText('Name a target.').waitFor()
})

test('nothing goes elsewhere than to this machine by a slip, and nowhere that is not allowed', async () => {
  const page = await open(`${stage.url}/replay?stream=shop&in_doubt=skip`)
  const field = page.getByLabel('Target', { exact: true })
  await field.fill('http://elsewhere.test')
  await field.blur()
  await page.getByText('--allow-target elsewhere.test').waitFor()
  await page.getByText('The target is not allowed.').waitFor()
  await page.getByRole('button', { name: 'http://shop.staging named' }).click()
  await startButton(page).click()
  const dialog = page.getByRole('dialog', { name: 'Replay to shop.staging' })
  const go = dialog.getByRole('button', { name: 'Send them' })
  await dialog.waitFor()
  await expectAccessible(page)
  await expect.poll(() => go.isDisabled()).toBe(true)
  await page.keyboard.type('shop.stagin')
  await expect.poll(() => go.isDisabled()).toBe(true)
  await page.keyboard.type('g')
  await expect.poll(() => go.isEnabled()).toBe(true)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toMatch(/^Start/)
  expect(await runsOf('shop')).not.toContainEqual(
    expect.objectContaining({ target: 'http://shop.staging' }),
  )
})

test.for([
  { width: 1280, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('one entry is sent once, and what came of it stands there: $width', async (opening) => {
  const [id] = await record(stage.journal, `once-${opening.width}`, [
    { target: '/things', answerFields: ['Content-Type', 'text/plain'], answerBody: 'made' },
  ])
  const origin = await startRawOrigin(() => plainAnswer('', '200 OK'))
  const page = await open(`${stage.url}/entries/${id}`, opening)
  await page.getByRole('button', { name: 'Send once' }).click()
  const dialog = page.getByRole('dialog', { name: `Send entry ${id} once` })
  await dialog.waitFor()
  await page.keyboard.type(origin.url)
  await page.keyboard.press('Tab')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  const outcome = page.getByRole('region', { name: 'Sent once' })
  await outcome.getByText('differs', { exact: true }).waitFor()
  const status = outcome.getByRole('row', { name: /status/ })
  await expect.poll(() => status.getByRole('cell').allTextContents()).toEqual(['201', '200'])
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  expect(origin.requests.map(({ target }) => target)).toEqual(['/things'])
  await outcome.getByRole('link', { name: /Run \d+/ }).click()
  await page.waitForURL(/\/runs\/\d+$/)
  await page.getByText('done', { exact: true }).waitFor()
})

test('an entry in doubt is sent once only by somebody who was told what that may do', async () => {
  const [id] = await record(stage.journal, 'doubtful', [{ target: '/pay', status: null }])
  const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
  const page = await open(`${stage.url}/entries/${id}`)
  await page.getByRole('button', { name: 'Send once' }).click()
  await page.getByText('it may be applied twice').waitFor()
  await page.keyboard.type(origin.url)
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('region', { name: 'Sent once' }).getByRole('link').waitFor()
  await expect.poll(() => origin.requests.length).toBe(1)
})

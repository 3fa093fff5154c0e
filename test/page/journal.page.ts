import type { Page, Route } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { shopHour } from './support/shop.ts'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()
let ids: number[] = []

beforeAll(async () => {
  ids = await record(stage.journal, 'shop', shopHour(900))
})

interface Link {
  href: string
}

const rowsOf = (page: Page) => page.locator('.scroller [role=row]')
const targetsOf = (page: Page) => rowsOf(page).locator('.c-target').allTextContents()

/** Pixels of the list above its window, in its window, and in all; and what a row has of them. */
interface Scrolled {
  top: number
  height: number
  all: number
}
const ROW = 27

const scrolledTo = (page: Page) =>
  page.evaluate<Scrolled>(`(() => {
    const { scrollTop, clientHeight, scrollHeight } = document.querySelector('.scroller')
    return { top: scrollTop, height: clientHeight, all: scrollHeight }
  })()`)

/** Scrolls on by so many pixels, and waits until the rows down there are drawn and read. */
async function scrollOn(page: Page, pixels: number): Promise<void> {
  const { top, height, all } = await scrolledTo(page)
  const end = Math.min(top + pixels, all - height)
  await page.mouse.wheel(0, pixels)
  await expect.poll(async () => (await scrolledTo(page)).top).toBeGreaterThan(end - 1)
  const lowest = Math.min(900, Math.floor((end + height) / ROW))
  await rowsOf(page)
    .and(page.locator(`[aria-rowindex="${lowest + 1}"]`))
    .waitFor()
}

/** Nothing is being read or looked for any more, and something was found. */
async function settled(page: Page): Promise<void> {
  await page.locator('.spinner, .unread').first().waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Stop' }).first().waitFor({ state: 'detached' })
  await rowsOf(page).first().waitFor()
}

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('is accessible and not wider than the screen: $width, $theme', async (opening) => {
  const page = await open(stage.url, opening)
  await rowsOf(page).first().waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
})

test('what is done with what is chosen, and its menus, fit on a phone', async () => {
  const page = await open(`${stage.url}/?method=PUT`, { width: 390, height: 844 })
  await rowsOf(page).first().waitFor()
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
  await page.getByText('2 chosen').waitFor()
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  for (const name of ['Columns', 'Views']) {
    await page.getByText(name, { exact: true }).click()
    const menu = page.locator('.menu[open] .menu-body')
    await menu.waitFor()
    await expect.poll(async () => (await menu.boundingBox())!.x).toBeGreaterThanOrEqual(0)
    const right = async () => {
      const box = (await menu.boundingBox())!
      return box.x + box.width
    }
    await expect.poll(right).toBeLessThanOrEqual(390)
    await page.keyboard.press('Escape')
  }
})

test('rows are read as they come into sight, and only those in sight are there', async () => {
  const page = await open(stage.url)
  await rowsOf(page).first().waitFor()
  const seen = new Set<string>()
  await page.locator('.scroller').hover()
  for (let i = 0; i < 80 && !seen.has(String(ids[0])); i++) {
    await settled(page)
    const addresses = await rowsOf(page)
      .locator('a')
      .evaluateAll((links) => (links as unknown as Link[]).map(({ href }) => href))
    expect(addresses.length).toBeLessThan(80)
    for (const address of addresses) seen.add(address.split('/').at(-1)!)
    await scrollOn(page, 500)
  }
  expect(seen.size).toBe(900)
})

test('the address is the view, and what is typed becomes the address', async () => {
  const page = await open(`${stage.url}/?method=DELETE&columns=id,target`)
  await settled(page)
  expect(new Set((await targetsOf(page)).map((one) => one.split('/')[2]))).toEqual(
    new Set(['carts']),
  )
  await expect
    .poll(() => page.getByRole('columnheader').allTextContents())
    .toEqual(['Chosen', 'Id', 'Target'])
  const search = page.getByRole('searchbox')
  await expect.poll(() => search.inputValue()).toBe('method:DELETE')
  await page.keyboard.press('/')
  await page.keyboard.type('/api/orders/*/payments status:409 user:ada,grace')
  await page.keyboard.press('Enter')
  await page.waitForURL(/path=\/api\/orders\/\*\/payments|path=%2Fapi/)
  await settled(page)
  const conflicts = await targetsOf(page)
  expect(conflicts.length).toBeGreaterThan(0)
  expect(conflicts.every((one) => one.endsWith('/payments'))).toBe(true)
  expect(new Set(await rowsOf(page).locator('.c-user').allTextContents())).not.toContain('edsger')
  await page.reload()
  await settled(page)
  await expect.poll(() => targetsOf(page)).toEqual(conflicts)
})

test('a filter that cannot be is refused in the service’s own words', async () => {
  const page = await open(`${stage.url}/?status=banana`, { expected: /400/ })
  await page.getByRole('alert').getByText('expected a status such as').waitFor()
  await expectAccessible(page)
})

test('usual filters are buttons, what matches is counted, and where nothing does it is said', async () => {
  const page = await open(stage.url)
  await rowsOf(page).first().waitFor()
  await page.getByRole('img', { name: /applied/ }).waitFor()
  expect(await page.locator('.matches').count()).toBe(0)
  await page.getByRole('button', { name: 'failed', exact: true }).click()
  await page.waitForURL(/verdict=failed/)
  await settled(page)
  const verdicts = () => rowsOf(page).locator('.c-verdict').allTextContents()
  await expect.poll(async () => [...new Set(await verdicts())]).toEqual(['failed'])
  const { failed } = await stage.journal.count({ verdicts: ['failed'] })
  await expect.poll(() => page.locator('.matches').allTextContents()).toEqual([`${failed} match`])
  await page.getByRole('button', { name: '2xx' }).click()
  await page.getByRole('heading', { name: 'No entry matches' }).waitFor()
  await expectAccessible(page)
})

test('a text is looked for in bodies', async () => {
  const page = await open(stage.url)
  await rowsOf(page).first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('"Grüße aus" /api/orders')
  await page.keyboard.press('Enter')
  await page.waitForURL(/text=/)
  await settled(page)
  const expected = await stage.journal.count({ text: 'Grüße aus' })
  await rowsOf(page).nth(5).waitFor()
  const shown = await rowsOf(page).count()
  expect(Object.values(expected).reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(shown)
})

test('a time is chosen by dragging over the chart', async () => {
  const page = await open(stage.url)
  await page.locator('.u-over').waitFor()
  const box = (await page.locator('.u-over').boundingBox())!
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 5 })
  await page.mouse.up()
  await page.waitForURL(/since=.*until=/)
  const said = new URL(page.url()).searchParams
  const minutes = (name: string) =>
    (Date.parse(said.get(name)!) - Date.UTC(2026, 0, 15, 12)) / 60_000
  expect(minutes('since')).toBeGreaterThan(10)
  expect(minutes('since')).toBeLessThan(20)
  expect(minutes('until')).toBeGreaterThan(25)
  expect(minutes('until')).toBeLessThan(35)
  await settled(page)
  const [first] = await rowsOf(page).locator('time').allTextContents()
  expect(first).toMatch(/12:(2|3)\d:/)
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await page.waitForURL(`${stage.url}/`)
})

test('keys walk the list, open an entry, and come back to where it was', async () => {
  const page = await open(stage.url)
  await rowsOf(page).first().waitFor()
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
  const at = rowsOf(page).and(page.locator('[aria-selected=true]'))
  await expect.poll(() => at.getAttribute('aria-rowindex')).toBe('3')
  const href = (await at.locator('a').getAttribute('href'))!
  await page.keyboard.press('Enter')
  await page.waitForURL(stage.url + href)
  await page.getByRole('heading', { name: 'Request' }).waitFor()
  await page.keyboard.press('j')
  await page.waitForURL((url) => url.pathname !== href)
  await page.keyboard.press('Escape')
  await page.waitForURL(`${stage.url}/`)
  await expect.poll(() => at.getAttribute('aria-rowindex')).toBe('4')
})

test('columns are chosen, views are saved in this browser', async () => {
  const page = await open(`${stage.url}/?verdict=in_doubt`)
  await rowsOf(page).first().waitFor()
  await page.getByText('Columns', { exact: true }).click()
  await page.getByRole('checkbox', { name: 'Client' }).check()
  await page.waitForURL(/columns=.*client/)
  await page.keyboard.press('Escape')
  await page.getByText('Views', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Name of this view' }).fill('doubtful')
  await page.getByRole('button', { name: 'Save' }).click()
  const kept = page.url()
  await page.goto(stage.url)
  await page.getByText('Views', { exact: true }).click()
  await page.getByRole('button', { name: 'doubtful', exact: true }).click()
  await page.waitForURL(kept)
})

test('one or many are labelled', async () => {
  const page = await open(`${stage.url}/?verdict=in_doubt`)
  await rowsOf(page).first().waitFor()
  for (const key of ['j', 'x', 'j', 'x', 'l']) await page.keyboard.press(key)
  const dialog = page.getByRole('dialog', { name: 'Label entries' })
  await dialog.getByText('2 chosen').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('textbox').fill('two')
  await page.keyboard.press('Enter')
  await page.locator('.scroller .label').nth(1).waitFor()
  expect(await stage.journal.count({ labels: ['two'] })).toEqual({ in_doubt: 2 })
  await page.keyboard.press('l')
  await dialog.getByRole('textbox').fill('all')
  await dialog.getByText('2 of them bear another label, and lose it.').waitFor()
  await page.keyboard.press('Enter')
  const set = dialog.getByRole('button', { name: 'Set label' })
  await dialog.getByText('2 entries lose the label that they bear.').waitFor()
  await expect.poll(() => set.isDisabled()).toBe(true)
  await expectAccessible(page)
  await page.keyboard.type('2')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  const all = await stage.journal.count({ verdicts: ['in_doubt'] })
  expect(await stage.journal.count({ labels: ['all'] })).toEqual(all)
  // What was known before of who bears which label holds no longer.
  await page.keyboard.press('l')
  await dialog.getByRole('textbox').fill('third')
  await page.keyboard.press('Enter')
  await dialog.getByText(`${all.in_doubt} entries lose the label that they bear.`).waitFor()
})

test('nothing is labelled where it is not known what would be lost', async () => {
  const expected = /ERR_FAILED/
  const page = await open(`${stage.url}/?verdict=in_doubt`, { expected })
  await page.route('**/api/labels?*', (route) => route.abort())
  await rowsOf(page).first().waitFor()
  await page.keyboard.press('l')
  const dialog = page.getByRole('dialog', { name: 'Label entries' })
  await dialog.getByRole('textbox').fill('unknown')
  await page.keyboard.press('Enter')
  await dialog.getByRole('alert').waitFor()
  expect(await stage.journal.count({ labels: ['unknown'] })).toEqual({})
})

test('what comes is shown as it comes, or waits to be wanted', async () => {
  const page = await open(`${stage.url}/?stream=live`)
  await page.getByRole('heading', { name: 'No entry matches' }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await record(stage.journal, 'live', [{ target: '/first' }])
  await page.getByText('/first').waitFor()
  await page.keyboard.press('p')
  await page.getByText('Paused').waitFor()
  await record(stage.journal, 'live', [{ target: '/second' }, { target: '/third' }])
  await page.getByRole('button', { name: '2 new' }).waitFor()
  await expect.poll(() => targetsOf(page)).toEqual(['/first'])
  await page.getByRole('button', { name: '2 new' }).click()
  await page.getByText('/third').waitFor()
  await expect.poll(() => targetsOf(page)).toEqual(['/third', '/second', '/first'])
})

test('what came between the reading of an empty list and its first event is shown', async () => {
  const page = await open(stage.url)
  const held: Route[] = []
  await page.route('**/api/live?*stream=between*', (route) => void held.push(route))
  await page.goto(`${stage.url}/?stream=between`)
  await page.getByRole('heading', { name: 'No entry matches' }).waitFor()
  await expect.poll(() => held.length).toBe(1)
  await record(stage.journal, 'between', [{ target: '/between' }])
  for (const route of held) await route.continue()
  await page.getByText('/between').waitFor()
})

test('events that come faster than they are drawn are all shown, each entry once', async () => {
  const [id] = await record(stage.journal, 'fast', [{ target: '/listed' }])
  const page = await open(stage.url)
  const held: Route[] = []
  await page.route('**/api/live?*stream=fast*', (route) => void held.push(route))
  await page.goto(`${stage.url}/?stream=fast`)
  await page.getByText('/listed').waitFor()
  await expect.poll(() => held.length).toBe(1)
  const asked = new URL(held[0]!.request().url()).searchParams
  const read = await fetch(`${stage.url}/api/entries?id=${id}&columns=${asked.get('columns')}`)
  const [listed] = ((await read.json()) as { entries: object[] }).entries
  const event = (...entries: object[]) => `event: entries\ndata: ${JSON.stringify(entries)}\n\n`
  await held[0]!.fulfill({
    contentType: 'text/event-stream',
    body:
      event({ ...listed, id: id! + 1, target: '/one' }) +
      event({ ...listed, id: id! + 2, target: '/two' }, listed!),
  })
  await page.getByText('/two').waitFor()
  await expect.poll(() => targetsOf(page)).toEqual(['/two', '/one', '/listed'])
})

test('a time is chosen though entries come that make another chart of it meanwhile', async () => {
  await record(stage.journal, 'dragged', [{ arrived: 0 }, { arrived: 60 }])
  const page = await open(stage.url)
  await page.clock.install()
  await page.goto(`${stage.url}/?stream=dragged`)
  const chart = page.locator('.u-over')
  await chart.waitFor()
  const box = (await chart.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20, { steps: 5 })
  await record(stage.journal, 'dragged', [{ arrived: 6_000 }])
  const counted = page.waitForResponse(/api\/timeline/)
  await page.clock.fastForward(10_000)
  await (await counted).finished()
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))')
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 5 })
  await page.mouse.up()
  await page.waitForURL(/since=.*until=/)
  const said = new URL(page.url()).searchParams
  // A quarter of a minute: also what was dragged over since then.
  const chosen = Date.parse(said.get('until')!) - Date.parse(said.get('since')!)
  expect(chosen).toBeGreaterThan(12_000)
  expect(chosen).toBeLessThan(20_000)
})

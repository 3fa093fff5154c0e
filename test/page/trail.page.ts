import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { expectAccessible } from './support/axe.ts'
import { pressPair, useBrowser } from './support/browser.ts'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()

const by = (who: string, role: string) =>
  ({ who, role, means: 'token', address: '10.0.0.4' }) as const

beforeAll(async () => {
  const settled = { settlement: 'applied', entries: 3, up_to: 9 }
  const of = { stream: 'shop' }
  await stage.journal.noteDeed({ ...by('ada', 'admin'), ...of, action: 'settle', detail: settled })
  for (let i = 0; i < 130; i++) {
    const detail = { label: `bug-${i}`, filter: { idFrom: i, idTo: i } }
    await stage.journal.noteDeed({ ...by('grace', 'replay'), ...of, action: 'label', detail })
  }
})

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('is accessible and not wider than the screen: $width, $theme', async (opening) => {
  const page = await open(`${stage.url}/trail`, opening)
  await page.getByText("'bug-129'").waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
})

test('who did what is read a page at a time, the newest first', async () => {
  const page = await open(`${stage.url}/state`)
  await pressPair(page, 'g', 't')
  await page.waitForURL(`${stage.url}/trail`)
  const deeds = page.getByRole('region', { name: 'Deeds' })
  const rows = deeds.locator('tbody tr')
  await rows.nth(99).waitFor()
  await expect.poll(() => rows.nth(0).textContent()).toContain("'bug-129' to")
  await expect.poll(() => rows.count()).toBe(100)
  await page.getByRole('button', { name: 'Older deeds' }).click()
  await rows.nth(130).waitFor()
  await expect
    .poll(() => rows.nth(130).textContent())
    .toMatch(/ada.*admin, token, 10.0.0.4.*3 entries applied/)
})

test('it is searched by who and what, which stand in the address', async () => {
  const page = await open(`${stage.url}/trail`)
  const rows = page.getByRole('region', { name: 'Deeds' }).locator('tbody tr')
  await rows.nth(99).waitFor()
  await page.getByRole('button', { name: 'settle' }).click()
  await page.waitForURL(`${stage.url}/trail?action=settle`)
  await page.getByText('3 entries applied').waitFor()
  await expect.poll(() => rows.count()).toBe(1)
  await page.keyboard.press('/')
  await page.keyboard.type('grace')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${stage.url}/trail?who=grace&action=settle`)
  await page.getByRole('heading', { name: 'No deed matches' }).waitFor()
  await expectAccessible(page)
  await page.goto(`${stage.url}/trail?who=grace`)
  await rows.nth(99).waitFor()
})

test('what is done on the page is noted', async () => {
  const [id] = await record(stage.journal, 'noted', [{ status: null }])
  const page = await open(`${stage.url}/entries/${id}`)
  await page.getByRole('button', { name: 'Settle…' }).click()
  await page.getByRole('button', { name: '1 was applied', exact: true }).click()
  await page.getByText('Settled: applied').waitFor()
  await page.goto(`${stage.url}/trail?stream=noted`)
  const row = page.getByRole('region', { name: 'Deeds' }).locator('tbody tr')
  await row.waitFor()
  await expect
    .poll(() => row.textContent())
    .toMatch(/local.*machine.*settle.*noted.*1 entry applied/)
})

import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import { record } from '../replayer/recording.ts'
import { LEASE } from '../journal/entries.ts'
import { expectAccessible } from './support/axe.ts'
import { useBrowser } from './support/browser.ts'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()
const MANY = 5_000
let ids: number[] = []
let large = 0
let older = 0
let newer = 0
let other = 0

/** Runs whose attempts are noted as a replay notes them; every tenth differs, of the newer one every 50th fails. */
async function attempted(
  journal: Journal,
  stream: string,
  entries: readonly number[],
  outcomeOf: (place: number) => 'same' | 'differs' | 'failed',
): Promise<number> {
  const driving = await journal.startRun(
    {
      ...{ stream, target: 'http://backend.test:3000', planned: entries.length },
      selection: { stream, paths: ['/things*'] },
    },
    LEASE,
  )
  for (let from = 0; from < entries.length; from += 1_000) {
    const begun = entries
      .slice(from, from + 1_000)
      .map((entry, i) => ({ position: from + i, entry }))
    await journal.note(driving, { begun, withdrawn: [], ended: [], aliases: [] }, LEASE)
    const ended = begun.map(({ position, entry }) => ({
      ...{ position, entry },
      result: resultOf(outcomeOf(position)),
      ...{ sentAt: Date.now() * 1000, endedAt: Date.now() * 1000 + 900 },
    }))
    await journal.note(driving, { begun: [], withdrawn: [], ended, aliases: [] }, LEASE)
  }
  await journal.endRun(driving, 'done')
  return driving.run
}

function resultOf(outcome: 'same' | 'differs' | 'failed') {
  const status = { same: 201, differs: 202, failed: 500 }[outcome]
  const found = {
    differences: [{ where: 'status', recorded: '201', came: String(status) }],
    ...{ unlisted: 0, explained: {}, uncompared: [] },
  }
  return {
    ...{ outcome, detail: null, answer: { status, fields: [], body: Buffer.from(outcome) } },
    ...(outcome !== 'same' && { differences: found }),
  }
}

beforeAll(async () => {
  ids = await record(
    ...([stage.journal, 'large'] as const),
    Array.from({ length: MANY }, (_, i) => ({ target: `/things/${i}` })),
  )
  large = await attempted(stage.journal, 'large', ids, (i) => (i % 10 === 0 ? 'differs' : 'same'))
  const few = await record(stage.journal, 'few', [
    ...[{ target: '/things/a' }, { target: '/things/b' }, { target: '/things/c' }],
  ])
  older = await attempted(stage.journal, 'few', few, () => 'same')
  const outcomes = ['same', 'differs', 'failed'] as const
  newer = await attempted(stage.journal, 'few', few, (i) => outcomes[i]!)
  const elsewhere = await record(stage.journal, 'elsewhere', [{}])
  other = await attempted(stage.journal, 'elsewhere', elsewhere, () => 'same')
})

const runsOf = (page: Page) => page.locator('.run b').allTextContents()

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('is accessible and not wider than the screen: $width, $theme', async (opening) => {
  const page = await open(`${stage.url}/runs/${older}/against/${newer}`, opening)
  await page.locator('.attempt').nth(1).waitFor()
  await page.locator('.fold').first().click()
  await page.locator('.both .differences').waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  await page.goto(`${stage.url}/runs/${newer}?show=values`)
  await page.getByText('The backend made no value anew').waitFor()
  await expectAccessible(page)
  await page.goto(`${stage.url}/runs/${large}`)
  await page.locator('.attempt').nth(9).waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
})

test('runs are searched, and the address says for what', async () => {
  const page = await open(`${stage.url}/runs`)
  await page.locator('.run').nth(3).waitFor()
  await page.getByRole('combobox', { name: 'Stream' }).selectOption('few')
  await page.waitForURL(/stream=few/)
  await page.locator('.run').nth(2).waitFor({ state: 'detached' })
  await expect.poll(() => runsOf(page)).toEqual([`Run ${newer}`, `Run ${older}`])
  await page.keyboard.press('/')
  await page.keyboard.type('backend.test')
  await page.keyboard.press('Enter')
  await page.waitForURL(/text=backend.test/)
  await page.locator('.run').nth(1).waitFor()
  await expect.poll(() => runsOf(page)).toEqual([`Run ${newer}`, `Run ${older}`])
  await page.getByRole('button', { name: 'stopped' }).click()
  await page.getByRole('heading', { name: 'No run matches' }).waitFor()
  await expectAccessible(page)
  await page.goto(`${stage.url}/runs?state=done&text=%2Fthings&until=2020-01-01T00:00Z`)
  await page.getByRole('heading', { name: 'No run matches' }).waitFor()
  await page.locator('summary').click()
  await page.getByRole('button', { name: 'Last hour' }).click()
  await page.waitForURL(/since=/)
  await page.locator('.run').nth(3).waitFor()
})

test('two runs are chosen and compared: both tallies, and what came of each entry', async () => {
  const page = await open(`${stage.url}/runs`)
  await page.getByRole('checkbox', { name: `Choose run ${newer}` }).check()
  await page.getByRole('checkbox', { name: `Choose run ${other}` }).check()
  await page.getByText('Runs of two streams are not compared').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('checkbox', { name: `Choose run ${newer}` }).check()
  await page.getByRole('checkbox', { name: `Choose run ${older}` }).check()
  await page.keyboard.press('c')
  await page.waitForURL(`${stage.url}/runs/${older}/against/${newer}`)
  const tallied = (outcome: string) => {
    const name = page.getByRole('rowheader', { name: outcome, exact: true })
    return page.getByRole('row').filter({ has: name }).getByRole('cell').allTextContents()
  }
  await page.locator('.tally').waitFor()
  await expect.poll(() => tallied('failed')).toEqual(['0', '1', '+1'])
  await expect.poll(() => tallied('same')).toEqual(['3', '1', '−2'])
  const entries = page.getByRole('list', { name: 'Differing entries' }).getByRole('listitem')
  await entries.nth(1).waitFor()
  expect((await entries.allTextContents()).map((text) => text.match(/\/things\/\w/)?.[0])).toEqual([
    ...['/things/b', '/things/c'],
  ])
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const half = page.getByRole('region', { name: `In run ${newer}` })
  const row = half.getByRole('row', { name: /status/ })
  await row.waitFor()
  await expect.poll(() => row.getByRole('cell').allTextContents()).toEqual(['201', '202'])
  await page
    .getByRole('region', { name: `In run ${older}` })
    .getByText('Nothing differed')
    .waitFor()
  await page.getByRole('button', { name: 'Other outcome, status or body' }).click()
  await page.waitForURL(/by=any/)
})

test('a run leads to the comparison with the one before it', async () => {
  const page = await open(`${stage.url}/runs/${newer}`)
  await page.getByRole('link', { name: `Compare with run ${older}` }).click()
  await page.waitForURL(`${stage.url}/runs/${older}/against/${newer}`)
})

test('5,000 attempts are scrolled through, and only those in sight are there', async () => {
  const page = await open(`${stage.url}/runs/${large}`)
  const attempts = page.locator('.rows .attempt')
  await attempts.nth(5).waitFor()
  await page.locator('.fold').nth(1).click()
  await page.getByText('Nothing differed that is kept').waitFor()
  await page.locator('.run-page').hover()
  let most = 0
  const last = page.getByText(`Entry ${ids.at(-1)!}`, { exact: true })
  for (let i = 0; i < 400 && (await last.count()) === 0; i++) {
    await page.mouse.wheel(0, 1_500)
    await page.locator('.rows .unread').first().waitFor({ state: 'detached' })
    most = Math.max(most, await attempts.count())
  }
  await expect.poll(() => last.count()).toBe(1)
  expect(most).toBeGreaterThan(10)
  expect(most).toBeLessThan(80)
})

test('attempts of an outcome are listed alone, as the address says', async () => {
  const page = await open(`${stage.url}/runs/${large}?outcome=differs`)
  const attempts = page.locator('.rows .attempt')
  await attempts.nth(5).waitFor()
  const outcomes = await attempts.locator('.outcome').allTextContents()
  expect(new Set(outcomes)).toEqual(new Set(['differs']))
  await expect.poll(() => attempts.locator('.mono').first().textContent()).toBe('/things/0')
  await expect.poll(() => attempts.nth(1).locator('.which .mono').textContent()).toBe('/things/10')
})

test('runs of two streams, and a run that is not there, are said', async () => {
  const page = await open(`${stage.url}/runs/${older}/against/${other}`, { expected: /400/ })
  await page.getByText(`run ${older} is of stream 'few'`).waitFor()
  const missing = await open(`${stage.url}/runs/${older}/against/99999`, { expected: /404/ })
  await missing.getByText('there is no run 99999').waitFor()
})

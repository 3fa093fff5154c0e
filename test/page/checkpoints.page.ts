import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { digestOf, parseCompactRule } from '../../replayer/compacting/rules.ts'
import { startThings } from '../replayer/compacting/things-backend.ts'
import { made, put, removed } from '../replayer/compacting/recorded-things.ts'
import { record } from '../replayer/recording.ts'
import { useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { newName, wellStream } from './support/standing.ts'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()

const stateOf = (stream: string) => `${stage.url}/state?stream=${stream}#checkpoints`
const panel = (page: Page) => page.getByRole('region', { name: 'Checkpoints' })
async function fits(page: Page, width: number): Promise<void> {
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(width)
}

const REPLACES = 'PUT /things/:1 replaces PUT /things/:1'
const CANCELS = 'DELETE /things/:1 cancels /things/:1 made by POST /things'

/** Two things are made and changed, and the first one is removed. */
async function things() {
  const stream = newName('things')
  const ids = await record(stage.journal, stream, [
    ...[made(1, { level: 1 }), made(2, { level: 2 }), put(1, { level: 3 }), put(2, { level: 4 })],
    ...[put(2, { level: 5 }), removed(1)],
  ])
  return { stream, ids }
}

async function checkpointAt(stream: string, entry: number, note: string | null): Promise<void> {
  const { orderedAt } = await stage.journal.entry(entry)
  await stage.journal.setCheckpoint({ stream, entry, orderedAt, setBy: 'ada', note })
}

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('they are accessible and fit: $width, $theme', async (opening) => {
  const { stream, ids } = await things()
  await checkpointAt(stream, ids[0]!, `dumped to s3://backups/${'0123456789'.repeat(12)}`)
  await checkpointAt(stream, ids[3]!, null)
  const page = await open(stateOf(stream), opening)
  await panel(page).getByRole('row').nth(2).waitFor()
  await page.getByText(/made up at/).waitFor()
  await expectAccessible(page)
  await fits(page, opening.width)
  await panel(page).getByRole('button', { name: 'Set one…' }).click()
  await page.getByRole('dialog').waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await panel(page).getByRole('button', { name: 'Take back checkpoint 1' }).click()
  await page.getByRole('dialog').waitFor()
  await expectAccessible(page)
  await fits(page, opening.width)
})

test('one is set at the newest entry, and taken back by whoever types its name', async () => {
  const stream = newName('shop')
  await wellStream(stage.journal, stream)
  const page = await open(stateOf(stream))
  await panel(page).getByText('None is set').waitFor()
  await panel(page).getByRole('button', { name: 'Set one…' }).click()
  const dialog = page.getByRole('dialog', { name: `Set a checkpoint of ${stream}` })
  await dialog.getByLabel('Why, for people').fill('written to its disk')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: `Checkpoint 1 of ${stream} is set` }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  const row = panel(page).getByRole('row').nth(1)
  await expect
    .poll(() => row.textContent())
    .toMatch(/restores begin behind it.*written to its disk/)
  const [set] = await stage.journal.checkpoints(stream)
  const [newest] = await stage.journal.list({ stream }, { order: '-order', limit: 1 })
  expect(set).toMatchObject({ entry: newest!.id, note: 'written to its disk', setBy: 'local' })
  await row.getByRole('button', { name: 'Take back checkpoint 1' }).click()
  const asking = page.getByRole('dialog', { name: `Take back checkpoint 1 of ${stream}` })
  const take = asking.getByRole('button', { name: 'Take it back' })
  await page.keyboard.type(stream)
  await page.keyboard.press('Enter')
  await expect.poll(() => take.isDisabled()).toBe(true)
  await page.keyboard.type(' 1')
  await take.click()
  await panel(page).getByText('None is set').waitFor()
  const deeds = await stage.journal.deeds({ stream, limit: 5 })
  expect(deeds.map(({ action }) => action)).toEqual(['remove_checkpoint', 'set_checkpoint'])
})

test('a place that is none is refused in the service’s own words', async () => {
  const { stream } = await things()
  const page = await open(stateOf(stream), { expected: /40[04]/ })
  await panel(page).getByRole('button', { name: 'Set one…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('The last entry that is left out').fill('yesterday')
  await page.keyboard.press('Enter')
  await dialog.getByRole('alert').getByText('expected the id of an entry, or a moment').waitFor()
  await dialog.getByLabel('The last entry that is left out').fill('2001-01-01T00:00Z')
  await page.keyboard.press('Enter')
  await dialog.getByRole('alert').getByText('would spare nothing').waitFor()
})

test('one is set behind the entry that is looked at, and what is in doubt before it is told of', async () => {
  const stream = newName('doubtful')
  const [, second] = await record(stage.journal, stream, [{ status: null }, {}, {}])
  const page = await open(`${stage.url}/entries/${second}`)
  await page.getByRole('button', { name: 'Checkpoint…' }).click()
  await page.getByText(`Entry ${second} is the last that is left out.`).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Set it' }).click()
  await page.getByText('1 entry in doubt before it').waitFor()
  await page.getByRole('link', { name: `All checkpoints of ${stream}` }).click()
  await page.waitForURL(/state\?stream=.*#checkpoints$/)
  await panel(page)
    .getByRole('link', { name: String(second), exact: true })
    .waitFor()
  expect(await stage.journal.checkpoints(stream)).toMatchObject([{ entry: second }])
})

const planOf = (page: Page) => page.getByRole('region', { name: 'Plan' })
const startButton = (page: Page) => page.getByRole('button', { name: /^Start/ })

test('a replay begins behind a checkpoint where it is asked to, and its plan and run say so', async () => {
  const { stream, ids } = await things()
  await checkpointAt(stream, ids[3]!, 'on its disk')
  const backend = await startThings()
  const address = `/replay?stream=${stream}&target=${backend.url}&on_failure=continue`
  const page = await open(stage.url + address)
  await planOf(page).locator('.plan-row').nth(5).waitFor()
  await page.getByRole('radio', { name: 'Behind checkpoint 1' }).check()
  await page.waitForURL(/begin=checkpoint/)
  await planOf(page).getByText('Before the checkpoint').waitFor()
  await planOf(page).getByText(`4, up to entry ${ids[3]}`).waitFor()
  await expect.poll(() => planOf(page).locator('.plan-row').count()).toBe(2)
  await expectAccessible(page)
  await startButton(page).click()
  await page.waitForURL(/\/runs\/\d+$/)
  await page.getByRole('link', { name: 'checkpoint 1' }).waitFor()
})

test.for([
  { width: 1280, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)(
  'rules are tried in the plan, and a run takes them once they are verified: $width',
  async (opening) => {
    const { stream, ids } = await things()
    const backend = await startThings()
    const page = await open(`${stage.url}/replay?stream=${stream}&target=${backend.url}`, opening)
    await planOf(page).locator('.plan-row').nth(5).waitFor()
    await page.getByText('What later requests make needless').click()
    await page.getByRole('radio', { name: 'By rules to try' }).check()
    const rules = page.getByLabel('Rules, one a line')
    await rules.fill([REPLACES, CANCELS].join('\n').replaceAll(':1', ':id'))
    await rules.blur()
    await page.waitForURL(/compact_rules=.*compact_rules=/)
    await planOf(page).getByText('Needless by later requests').waitFor()
    await planOf(page).getByText('Left out because of later requests').click()
    await expect
      .poll(() => planOf(page).locator('.by-rule tr').allTextContents())
      .toEqual([`3${CANCELS}`, `1${REPLACES}`])
    await planOf(page).getByText(`${ids[3]} PUT /things/2 needless by ${ids[4]}`).waitFor()
    await planOf(page).getByText(`These rules were not verified for ${stream}`).waitFor()
    await page.getByText('Its rules were not verified.').waitFor()
    await expect.poll(() => startButton(page).isDisabled()).toBe(true)
    await expectAccessible(page)
    await fits(page, opening.width)

    const { texts, digest } = digestOf([REPLACES, CANCELS].map(parseCompactRule))
    await stage.journal.noteVerified({
      ...{ stream, digest, rules: texts, entry: ids[5]!, planned: 6, leftOut: 4 },
      ...{ wholeRun: 1, compactRun: 2, verifiedBy: 'ada' },
    })
    await page.goto(`${stage.url}/replay?stream=${stream}&target=${backend.url}`)
    await page.getByText('What later requests make needless').click()
    await page.getByRole('radio', { name: /By 2 rules, verified/ }).check()
    await expect.poll(() => planOf(page).locator('.plan-row').count()).toBe(2)
    await expectAccessible(page)
    await startButton(page).click()
    await page.waitForURL(/\/runs\/\d+$/)
    await page.getByText('Leaves out by').waitFor()
    await expect.poll(() => backend.changed).toBe(2)
  },
)

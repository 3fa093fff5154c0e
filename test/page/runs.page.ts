import { beforeAll, expect, test } from 'vitest'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { record, replayed } from '../replayer/recording.ts'
import { useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { openStage, PATIENCE } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()
let ids: number[] = []

beforeAll(async () => {
  const made = {
    answerFields: ['Content-Type', 'application/json'],
    answerBody: '{"id":17,"state":"new"}',
  }
  ids = await record(stage.journal, 'shop', [
    made,
    { target: '/things/17' },
    { target: '/things/17/state', status: 204, method: 'PUT' },
  ])
})

/** A run of which two entries are answered as recorded and one is not. */
async function run(): Promise<number> {
  const origin = await startRawOrigin(({ target }) =>
    target === '/things'
      ? plainAnswer('{"id":23,"state":"new"}', '201 Made', 'Content-Type: application/json\r\n')
      : plainAnswer('', target.endsWith('/state') ? '200 OK' : '201 Made'),
  )
  const sending = { target: new URL(origin.url), timeout: PATIENCE }
  const { run } = await replayed(stage.journal, { stream: 'shop' }, sending)
  return run
}

test.for([
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
] as const)('runs and one of them, without anything in the way: $width', async (opening) => {
  const id = await run()
  const page = await open(`${stage.url}/runs`, opening)
  await page.getByRole('link', { name: `Run ${id}` }).waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  await page.getByRole('link', { name: `Run ${id}` }).click()
  await page.waitForURL(`${stage.url}/runs/${id}`)
  await page.locator('.attempt').nth(2).waitFor()
  await page.getByRole('button', { name: `What came of entry ${ids[2]}` }).click()
  await page.getByRole('row', { name: /status/ }).waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
})

test.for([{ width: 1280 }, { width: 390 }] as const)(
  'what a run was spared is told: $width',
  async (opening) => {
    const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
    const compact = ['DELETE /things/:1 cancels /things/:1 made by POST /things' + '/x'.repeat(60)]
    const { run: id } = await replayed(
      stage.journal,
      { stream: 'shop', checkpoint: 3, compact },
      { target: new URL(origin.url), timeout: PATIENCE },
    )
    const page = await open(`${stage.url}/runs/${id}`, opening)
    await page.getByRole('link', { name: 'checkpoint 3' }).waitFor()
    await page.getByText(compact[0]!).waitFor()
    await expectAccessible(page)
    await expect
      .poll(() => page.evaluate('document.documentElement.scrollWidth'))
      .toBe(opening.width)
    await page.goto(`${stage.url}/runs/${await run()}`)
    await page.getByText('Planned').waitFor()
    await expect
      .poll(() => page.getByText('Leaves out by').or(page.getByText('Begins behind')).count())
      .toBe(0)
  },
)

test('an attempt shows where the answer differs, and which values were replaced', async () => {
  const id = await run()
  const page = await open(`${stage.url}/runs/${id}`)
  await page.getByRole('button', { name: 'differs' }).click()
  await page.waitForURL(`${stage.url}/runs/${id}?outcome=differs`)
  const attempts = page.locator('.attempt')
  await attempts.filter({ hasText: `Entry ${ids[0]}` }).waitFor({ state: 'detached' })
  await attempts.first().waitFor()
  await expect.poll(() => attempts.count()).toBe(1)
  await page.getByRole('button', { name: `What came of entry ${ids[2]}` }).click()
  const row = page.getByRole('row', { name: /status/ })
  await expect.poll(() => row.getByRole('cell').allTextContents()).toEqual(['204', '200'])
  await attempts.getByText('17', { exact: true }).waitFor()
  await attempts.getByRole('link', { name: `entry ${ids[0]}`, exact: true }).click()
  await page.waitForURL(`${stage.url}/entries/${ids[0]}`)
})

test('an entry tells of its attempts in all runs', async () => {
  const [earlier, later] = [await run(), await run()]
  const page = await open(`${stage.url}/entries/${ids[2]}`)
  const replays = page.getByRole('region', { name: 'Replays of it' })
  await replays.getByRole('link', { name: `Run ${later}` }).waitFor()
  const runs = await replays.getByRole('link').allTextContents()
  expect(runs.slice(0, 2)).toEqual([`Run ${later}`, `Run ${earlier}`])
  await replays.getByText('1 difference').first().waitFor()
})

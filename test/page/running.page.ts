import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { eventually } from '../support/between.ts'
import { lateAnswer } from './support/late.ts'
import { heldOrigin, type HeldOrigin } from '../support/held-origin.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { AWAY, useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { openStage } from './support/stage.ts'

// A run while it is running: watched, held, let go, stopped, and taken up again.

const stage = await openStage()
const open = useBrowser()
const COUNT = 12

/** Begins a run of a stream of its own, one request at a time, from the page. */
async function begin(page: Page, stream: string, held: HeldOrigin): Promise<number> {
  await page.goto(`${stage.url}/replay?stream=${stream}&concurrency=1&target=${held.origin.url}`)
  await page.getByRole('button', { name: `Start: ${COUNT} requests` }).click()
  await page.waitForURL(/\/runs\/\d+$/)
  await eventually(() => held.waiting.length === 1)
  return Number(page.url().split('/').at(-1))
}

async function answer(held: HeldOrigin, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await eventually(() => held.waiting.length === 1)
    held.waiting.splice(0)[0]!()
  }
}

const recordMany = (stream: string) =>
  record(
    stage.journal,
    stream,
    Array.from({ length: COUNT }, (_, i) => ({ target: `/${i}` })),
  )

const notice = (page: Page) => page.locator('.notice')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test.for([
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
] as const)('it is watched, paused, goes on, is stopped and resumed: $width', async (opening) => {
  const stream = `held-${opening.width}`
  await recordMany(stream)
  const held = await heldOrigin()
  const page = await open(stage.url, opening)
  await begin(page, stream, held)
  await answer(held, 3)
  await page.getByText(`3 of ${COUNT}`).waitFor()
  await expect.poll(() => page.getByRole('progressbar').getAttribute('value')).toBe('3')
  await page.getByText(/^\d+(\.\d)?\/s$/).waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  await eventually(() => held.waiting.length === 1)
  const late = await lateAnswer(page, '**/pause')
  await page.keyboard.press('p')
  await notice(page).getByText('It stands still').waitFor()
  held.waiting.splice(0)[0]!()
  await page.getByText(`4 of ${COUNT}`).waitFor()
  expect(held.origin.requests).toHaveLength(4)
  // What was answered before events told more comes after them.
  await late()
  await expect.poll(() => button(page, 'Go on').isEnabled()).toBe(true)
  await expect.poll(() => page.getByText(`4 of ${COUNT}`).count()).toBe(1)
  await button(page, 'Go on').click()
  await eventually(() => held.waiting.length === 1)
  await button(page, 'Stop').click()
  await notice(page)
    .getByText(`with ${COUNT - 5} to send. One request is in doubt.`)
    .waitFor()
  await expectAccessible(page)
  // A page that did not begin it knows how it was begun.
  await page.reload()
  await button(page, 'Resume…').click()
  const dialog = page.getByRole('dialog', { name: /Resume run/ })
  await dialog.getByText('This is how it was begun.').waitFor()
  await expect.poll(() => dialog.getByRole('radio', { name: 'Serial' }).isChecked()).toBe(true)
  await expectAccessible(page)
  held.open()
  await dialog.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('done', { exact: true }).waitFor()
  const targets = held.origin.requests.map(({ target }) => target)
  expect(targets).toEqual(Array.from({ length: COUNT }, (_, i) => `/${i}`))
})

test('whoever else looks sees the same, and may hold it too', async () => {
  await recordMany('shared')
  const held = await heldOrigin()
  const page = await open(stage.url)
  const id = await begin(page, 'shared', held)
  const other = await open(`${stage.url}/runs/${id}`)
  await button(other, 'Pause').click()
  await notice(page).getByText('It stands still').waitFor()
  held.open()
  await button(page, 'Go on').click()
  for (const one of [page, other]) await one.getByText('done', { exact: true }).waitFor()
})

test('it is paused before its first event', async () => {
  await recordMany('haste')
  const held = await heldOrigin()
  const page = await open(stage.url)
  await page.route('**/api/runs/*/events', () => {})
  await begin(page, 'haste', held)
  await page.keyboard.press('p')
  await notice(page).getByText('It stands still').waitFor()
  await button(page, 'Go on').waitFor()
  held.open()
})

test('a service that goes away takes its run along: that is said, and it is resumed', async () => {
  await recordMany('away')
  const held = await heldOrigin()
  const page = await open(stage.url, { expected: AWAY })
  await begin(page, 'away', held)
  await answer(held, 2)
  await page.getByText(`2 of ${COUNT}`).waitFor()
  await stage.stop()
  await page.getByText('Disconnected: trying again').waitFor()
  await expectAccessible(page)
  await stage.start()
  await button(page, 'Resume…').waitFor()
  await notice(page).getByText('It was stopped, or its process died').waitFor()
  held.open()
  await button(page, 'Resume…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await page.getByText('done', { exact: true }).waitFor()
  expect(held.origin.requests).toHaveLength(COUNT)
})

test('of what may have been under way when a process died somebody is asked', async () => {
  const ids = await recordMany('died')
  const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
  const driving = await stage.journal.startRun(
    {
      ...{ stream: 'died', target: origin.url, selection: {}, planned: COUNT },
      plan: { filter: { idTo: ids.at(-1) }, inDoubt: 'stop' },
    },
    1,
  )
  const begun = [{ position: 0, entry: ids[0]! }]
  await stage.journal.note(driving, { begun, withdrawn: [], ended: [], aliases: [] }, 1)
  const page = await open(`${stage.url}/runs/${driving.run}`, { expected: /409/ })
  await notice(page).getByText('Its process died').waitFor()
  await button(page, 'Resume…').click()
  const dialog = page.getByRole('dialog')
  const resume = dialog.getByRole('button', { name: 'Resume' })
  await dialog.getByText('How it was begun is not kept').waitFor()
  await resume.click()
  await dialog.getByRole('alert').getByText(`entries ${ids[0]}`).waitFor()
  await expect.poll(() => resume.isDisabled()).toBe(true)
  expect(origin.requests).toEqual([])
  await expectAccessible(page)
  await dialog.getByRole('radio', { name: 'Leave it' }).check()
  await resume.click()
  await page
    .getByText('stopped', { exact: true })
    .or(page.getByText('done', { exact: true }))
    .waitFor()
  await expect.poll(() => origin.requests.length).toBe(COUNT - 1)
})

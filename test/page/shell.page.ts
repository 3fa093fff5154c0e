import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { AWAY, pressPair, useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { openStage } from './support/stage.ts'

// What stands around every view, and what stands there when there is nothing to show.

const stage = await openStage()
const open = useBrowser()

const bodyColour = `getComputedStyle(document.documentElement).backgroundColor`

test('an empty journal says how the first entry gets into it', async () => {
  const page = await open(stage.url)
  await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor()
  await page.getByText('reprise proxy --target').waitFor()
  await expectAccessible(page)
})

test('no runs, no entry and no such address each say so', async () => {
  const page = await open(`${stage.url}/runs`)
  await page.getByRole('heading', { name: 'Nothing was replayed yet' }).waitFor()
  await expectAccessible(page)
  // There is none to be opened.
  for (const key of ['k', 'Enter']) await page.keyboard.press(key)
  expect(page.url()).toBe(`${stage.url}/runs`)
  const missing = await open(`${stage.url}/entries/4711`, { expected: /404/ })
  await missing.getByRole('alert').getByText('there is no entry 4711').waitFor()
  await missing.getByText('entry_unknown').waitFor()
  await expectAccessible(missing)
  const nowhere = await open(`${stage.url}/entrees/1`, { expected: /404/ })
  await nowhere.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
  await nowhere.getByText('/entrees/1').waitFor()
  await expectAccessible(nowhere)
  expect((await fetch(`${stage.url}/entrees/1`)).headers.get('content-type')).toContain('problem')
})

test('the theme is the system’s until one is chosen, and stays chosen', async () => {
  const page = await open(stage.url, { theme: 'dark' })
  const dark = await page.evaluate(bodyColour)
  await page.getByRole('button', { name: /Theme: system/ }).click()
  const light = await page.evaluate(bodyColour)
  expect(light).not.toBe(dark)
  await page.reload()
  await page.getByRole('button', { name: /Theme: light/ }).waitFor()
  await expect.poll(() => page.evaluate(bodyColour)).toBe(light)
  await page.keyboard.press('t')
  await expect.poll(() => page.evaluate(bodyColour)).toBe(dark)
})

test('keys go from view to view and tell what they do', async () => {
  const page = await open(stage.url)
  await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keys and words' })
  await help.waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await pressPair(page, 'g', 'r')
  await page.waitForURL(`${stage.url}/runs`)
  // There r has a sense of its own, which is not that of the pair.
  await pressPair(page, 'g', 'r')
  await page.getByRole('heading', { name: 'Nothing was replayed yet' }).waitFor()
  expect(page.url()).toBe(`${stage.url}/runs`)
  await page.goBack()
  await page.goBack()
  await page.waitForURL(`${stage.url}/`)
  await page.keyboard.press('/')
  const search = page.getByRole('searchbox')
  await page.keyboard.type('g r?')
  await expect.poll(() => search.inputValue()).toBe('g r?')
})

test('keys go to a view before it is known who looks', async () => {
  const page = await open(stage.url)
  const asked: Route[] = []
  await page.route('**/api/session', (route) => void asked.push(route))
  await page.goto(`${stage.url}/state`)
  await page.locator('#page > *').first().waitFor({ state: 'attached' })
  await pressPair(page, 'g', 't')
  await page.waitForURL(`${stage.url}/trail`)
  for (const route of asked) await route.continue()
  await page.getByRole('heading', { name: 'Nothing was done yet' }).waitFor()
})

test('a service that goes away is said, and its return is seen', async () => {
  const page = await open(stage.url, { expected: AWAY })
  await page.getByText('Connected', { exact: true }).waitFor()
  await stage.stop()
  await page.getByText('Disconnected: trying again').waitFor()
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'The service does not answer' }).waitFor()
  await expectAccessible(page)
  await stage.start()
  await page.getByText('Connected', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'Nothing was replayed yet' }).waitFor()
})

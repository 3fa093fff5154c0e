import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { startSimulator } from '../../simulator/main.ts'
import { injected } from '../cli/injected.ts'
import { eventually } from '../support/between.ts'
import { start } from '../support/command.ts'
import { emptyFolder } from '../support/folder.ts'
import { expectAccessible } from './support/axe.ts'
import { pressPair, useBrowser } from './support/browser.ts'
import { lateAnswer } from './support/late.ts'
import { openStage } from './support/stage.ts'
import { newName, wellStream } from './support/standing.ts'

const stage = await openStage()
const open = useBrowser()
const BOOT_ID = '/health json /boot_id'
/** How long a restore is claimed for, in ms: it outlives any test. */
const CLAIM = 3_600_000

const banner = (page: Page, stream: string) => page.locator('.banner', { hasText: stream })
const stateOf = (stream: string) => `${stage.url}/state?stream=${stream}`

/** A backend behind a proxy that keeps its clients away, and waits to be told to restore it. */
async function backend() {
  const stream = newName('queue')
  const simulator = await startSimulator({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => simulator.close())
  const proxy = await start([
    ...['proxy', '--target', simulator.url, '--listen', '127.0.0.1:0', '--stream', stream],
    ...['--database-url', stage.databaseUrl, '--restore', 'ask', '--boot-id', BOOT_ID],
    ...['--check-every', '100ms'],
  ])
  onTestFinished(async () => void (await proxy.stop()))
  const headers = { 'Content-Type': 'application/json' }
  for (const name of ['one', 'two', 'three']) {
    const body = JSON.stringify({ command: name })
    const answer = await fetch(`${proxy.url}/api/commands`, { method: 'POST', headers, body })
    expect(answer.status, await answer.text()).toBeLessThan(400)
  }
  const restore = () =>
    injected([
      ...['restore', stream, '--target', simulator.url, '--boot-id', BOOT_ID],
      ...['--database-url', stage.databaseUrl, '--data-dir', emptyFolder()],
    ])
  return { stream, simulator, restore }
}

/** A stream whose backend was lost, and could not be restored: by itself, or by hand (`again`). */
async function failedStream(how: 'restoring' | 'again' = 'restoring') {
  const { journal } = stage
  const stream = `shop-${randomUUID().slice(0, 8)}`
  await wellStream(journal, stream)
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  const fail = async () => {
    const { claim } = (await journal.claimEpoch(stream, 'tester', CLAIM, how))!
    const detail = 'run 4 stopped at entry 17, POST: 500'
    await journal.endEpoch(claim, { phase: 'failed', outcome: 'failed', detail })
  }
  await fail()
  onTestFinished(async () => void (await journal.openEpoch(stream, 'the test is over')))
  return { stream, fail }
}

let quiet = ''
beforeAll(async () => {
  quiet = newName('stock')
  await wellStream(stage.journal, quiet)
})

test('a backend that loses its state is told on every view, until it is restored', async () => {
  const { stream, simulator, restore } = await backend()
  const page = await open(stage.url)
  await page.getByText('Connected', { exact: true }).waitFor()
  expect(await banner(page, stream).count()).toBe(0)
  simulator.reboot()
  await banner(page, stream).getByText('clients are kept away').waitFor()
  await banner(page, stream).getByText('Nobody restores it.').waitFor()
  await pressPair(page, 'g', 'r')
  await page.getByRole('heading', { name: 'Runs' }).or(page.getByText('No run')).first().waitFor()
  await expect.poll(() => banner(page, stream).count()).toBe(1)
  const { code, stderr } = await restore()
  expect(code, stderr).toBe(0)
  await banner(page, stream).waitFor({ state: 'detached' })
  await page.goto(stateOf(stream))
  const row = page.locator('.lives tbody tr').first()
  await row.getByText('restored', { exact: true }).waitFor()
  // However long they took: `0.3 s`, `12 s`, `4 min 10 s`.
  await row.getByText(/waited [\d.]+ .*s, replayed [\d.]+ .*s, proved [\d.]+ .*s/).waitFor()
  await row.getByRole('link').click()
  await page.getByText('done', { exact: true }).waitFor()
})

test('one that nobody restores by himself is restored by whoever types its name', async () => {
  const { stream, simulator } = await backend()
  const page = await open(stateOf(stream))
  simulator.reboot()
  await banner(page, stream).getByRole('button', { name: 'Restore it…' }).click()
  const dialog = page.getByRole('dialog', { name: `Restore the backend of ${stream}` })
  await dialog.getByText(simulator.url).waitFor()
  const restore = dialog.getByRole('button', { name: 'Restore it' })
  await expect.poll(() => restore.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill(stream)
  await expectAccessible(page)
  await restore.click()
  await banner(page, stream).waitFor({ state: 'detached' })
  await page.locator('.lives tbody tr').first().getByText('restored', { exact: true }).waitFor()
  const { queue } = (await (await fetch(`${simulator.url}/api/commands`)).json()) as {
    queue: unknown[]
  }
  expect(queue).toHaveLength(3)
})

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('banner and lives are accessible, and fit: $width, $theme', async (opening) => {
  const { stream } = await failedStream()
  const page = await open(`${stateOf(stream)}#lives`, opening)
  await banner(page, stream).getByText('could not be restored: run 4 stopped').waitFor()
  await page.locator('.lives').getByText('not restored').waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  const folder = process.env['REPRISE_SCREENSHOTS']
  if (folder !== undefined)
    await page.screenshot({ path: `${folder}/page-lives-${opening.theme}-${opening.width}.png` })
})

test('what was restored by hand and failed is tried again by whoever types its name', async () => {
  const { stream } = await failedStream('again')
  const page = await open(stateOf(stream))
  await banner(page, stream).getByRole('button', { name: 'Try again…' }).click()
  const dialog = page.getByRole('dialog', { name: `Restore the backend of ${stream}` })
  await dialog.getByLabel('Entries in doubt').selectOption('Leave them out')
  await dialog.getByLabel(`Type ${stream}`).fill(stream)
  await expectAccessible(page)
  const asked = page.waitForRequest(/epochs\/2\/restore$/)
  await dialog.getByRole('button', { name: 'Restore it' }).click()
  expect((await asked).postDataJSON()).toMatchObject({ in_doubt: 'skip' })
  await page
    .locator('.lives tbody tr')
    .first()
    .getByText(/restored|opened/)
    .first()
    .waitFor()
})

test('clients are let in while somebody restores', async () => {
  const { stream } = await failedStream()
  await stage.journal.claimEpoch(stream, 'another process', CLAIM, 'again')
  const page = await open(stateOf(stream))
  const line = banner(page, stream)
  await line.getByText('another process restores it').waitFor()
  await line.getByRole('button', { name: 'Let clients in…' }).click()
  const dialog = page.getByRole('dialog', { name: `Let clients of ${stream} in` })
  await dialog.getByText('The restore that is under way ends.').waitFor()
  await dialog.getByRole('textbox').fill(stream)
  await dialog.getByRole('button', { name: 'Let them in' }).click()
  await line.waitFor({ state: 'detached' })
  expect(await stage.journal.epoch(stream)).toMatchObject({ phase: 'open', outcome: 'given_up' })
})

test('what failed is tried again, or clients are let in by whoever types the name', async () => {
  const { stream, fail } = await failedStream()
  const page = await open(stateOf(stream))
  const line = banner(page, stream)
  await line.getByRole('button', { name: 'Try again' }).click()
  await line.getByText('clients are kept away').waitFor()
  expect(await stage.journal.epoch(stream)).toMatchObject({ phase: 'restoring', outcome: null })
  await fail()
  await line.getByText('could not be restored').waitFor()
  await line.getByRole('button', { name: 'Let clients in…' }).click()
  const dialog = page.getByRole('dialog', { name: `Let clients of ${stream} in` })
  await dialog.waitFor()
  await expectAccessible(page)
  const letIn = dialog.getByRole('button', { name: 'Let them in' })
  await expect.poll(() => letIn.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill(stream)
  await letIn.click()
  await line.waitFor({ state: 'detached' })
  await page.locator('.lives').getByText('opened by hand').waitFor()
  expect(await stage.journal.epoch(stream)).toMatchObject({ phase: 'open', outcome: 'given_up' })
})

test('what was answered before an event told more does not come back after it', async () => {
  const { stream } = await failedStream()
  const page = await open(stateOf(quiet))
  const late = await lateAnswer(page, '**/api/epochs')
  await page.reload()
  await banner(page, stream).waitFor()
  await stage.journal.openEpoch(stream, 'by hand')
  await banner(page, stream).waitFor({ state: 'detached' })
  const come = page.waitForResponse('**/api/epochs')
  await late()
  await (await come).finished()
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  expect(await banner(page, stream).count()).toBe(0)
})

test('somebody says that a backend lost its state', async () => {
  const { stream } = await failedStream()
  await stage.journal.openEpoch(stream, 'by hand')
  const page = await open(stateOf(stream))
  await page.getByRole('button', { name: 'It lost its state…' }).click()
  const dialog = page.getByRole('dialog', { name: `The backend of ${stream} lost its state` })
  await dialog.getByLabel('What told so').fill('the disk was swapped')
  const say = dialog.getByRole('button', { name: 'Keep clients away' })
  await expect.poll(() => say.isDisabled()).toBe(true)
  await dialog.getByLabel(`Type ${stream}`).fill(stream)
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await banner(page, stream).getByText('lost its state (the disk was swapped)').waitFor()
  await eventually(async () => (await stage.journal.epoch(stream))?.number === 3)
})

test('where nobody looks, it says what to do', async () => {
  const page = await open(stateOf(quiet))
  await page.getByText('Nobody looks whether it loses its state').waitFor()
  await expectAccessible(page)
})

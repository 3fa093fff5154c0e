import { BlockList } from 'node:net'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { eventually } from '../support/between.ts'
import { people } from '../replayer/service/door/people.ts'
import { shopHour } from './support/shop.ts'
import { AWAY, pressPair, useBrowser } from './support/browser.ts'
import { expectAccessible } from './support/axe.ts'
import { lateAnswer } from './support/late.ts'
import { openStage } from './support/stage.ts'

const { tokens, secretOf } = people()
const door = { tokens, identity: null, trustedProxies: null }
const stage = await openStage({ door })
/** Where tokens are guessed: that shuts out the address of all tests for a while. */
const guessed = await openStage({ door })
const proxies = new BlockList()
proxies.addAddress('127.0.0.1')
const vouched = await openStage({
  door: {
    tokens,
    identity: { userField: 'x-forwarded-user', groupsField: null, roles: [] },
    trustedProxies: proxies,
  },
})
const open = useBrowser()
let ids: number[] = []

beforeAll(async () => {
  ids = await record(stage.journal, 'shop', shopHour(60))
})

/** What the browser says of the answers that these tests are about. */
const expected = new RegExp(`40[13]|429|${AWAY.source}`)

const tokenOf = (page: Page) => page.getByLabel('Token')

async function signIn(page: Page, role: 'read' | 'replay' | 'admin'): Promise<void> {
  await tokenOf(page).fill(secretOf[role])
  await page.keyboard.press('Enter')
  await tokenOf(page).waitFor({ state: 'detached' })
}

const kept = (page: Page) => page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')

test.for([
  { width: 1280, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('the form is accessible and fits: $width, $theme', async (opening) => {
  const page = await open(stage.url, { ...opening, expected })
  await tokenOf(page).waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  expect(await page.getByRole('navigation').count()).toBe(0)
  await signIn(page, 'replay')
  await page.locator('.account summary').click()
  await page.getByText('it looks, replays, settles and labels').waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
})

test('a wrong token is refused, a right one goes on at the address, and nothing is kept', async () => {
  const address = `${stage.url}/?method=PUT&columns=id,target`
  const page = await open(address, { expected })
  await tokenOf(page).fill('reprise_wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('The service does not know this token.').waitFor()
  await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('password')
  await expectAccessible(page)
  await page.keyboard.type(secretOf.read)
  await page.keyboard.press('Enter')
  await page.locator('.scroller .line a').first().waitFor()
  expect(page.url()).toBe(address)
  await page.locator('.account').getByText('one-read').first().waitFor()
  expect(await kept(page)).toBe('[{},""]')
  const [cookie] = await page.context().cookies(`${stage.url}/api`)
  expect(cookie).toMatchObject({ name: 'reprise', httpOnly: true, sameSite: 'Strict' })
  await page.reload()
  await page.locator('.scroller .line a').first().waitFor()
})

test('a session that the service ends leads to the form, and back to where it was', async () => {
  const address = `${stage.url}/?verdict=applied`
  const page = await open(address, { expected })
  await signIn(page, 'read')
  await page.getByText('Live', { exact: true }).waitFor()
  // The event stream is refused when it comes back: nothing else asks by itself here.
  await stage.stop()
  await stage.start()
  await page.getByText('The session of one-read has ended.').waitFor()
  expect(page.url()).toBe(address)
  await signIn(page, 'read')
  await page.locator('.scroller .line a').first().waitFor()
  expect(page.url()).toBe(address)
})

test('any request that is refused for want of a session leads there too', async () => {
  const page = await open(`${stage.url}/entries/${ids[0]}`, { expected })
  await signIn(page, 'replay')
  await page.getByRole('heading', { name: 'Request' }).waitFor()
  await page.context().clearCookies()
  await pressPair(page, 'g', 'r')
  await page.getByText('The session of one-replay has ended.').waitFor()
  expect(page.url()).toBe(`${stage.url}/runs`)
  await signIn(page, 'replay')
  await page.getByRole('heading', { name: 'Nothing was replayed yet' }).waitFor()
})

test('what is typed into the form stays, and an answer from before it does not undo it', async () => {
  const page = await open(stage.url, { expected })
  await tokenOf(page).fill(secretOf.read.slice(0, 5))
  const late = await lateAnswer(page, '**/api/session')
  // As when somebody comes back from where the token is kept.
  const asked = page.waitForRequest('**/api/session')
  await page.evaluate(`dispatchEvent(new Event('visibilitychange'))`)
  await asked
  await page.keyboard.type(secretOf.read.slice(5))
  await page.keyboard.press('Enter')
  await page.locator('.scroller .line a').first().waitFor()
  const come = page.waitForResponse(
    (response) => response.url().endsWith('/api/session') && response.request().method() === 'GET',
  )
  await late()
  await (await come).finished()
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  expect(await tokenOf(page).count()).toBe(0)
})

test('signing out ends the session, and the address stays', async () => {
  const page = await open(`${stage.url}/runs`, { expected })
  await signIn(page, 'admin')
  const cookies = await page.context().cookies(`${stage.url}/api`)
  await page.locator('.account summary').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await tokenOf(page).waitFor()
  expect(page.url()).toBe(`${stage.url}/runs`)
  expect(await page.locator('.account').count()).toBe(0)
  await page.context().addCookies(cookies)
  await page.reload()
  await tokenOf(page).waitFor()
})

test('who guesses too often is told how long to wait, and may try again then', async () => {
  const page = await open(guessed.url, { expected })
  await tokenOf(page).fill('reprise_guessed')
  const guess = (i: number) =>
    fetch(`${guessed.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: `guess ${i}` }),
    })
  const told = page
    .locator('form', { has: page.locator('button:disabled') })
    .getByText(/In \d s the next one is looked at/)
  // It lasts six seconds, which a busy machine may miss.
  await eventually(async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => guess(i)))
    await page.keyboard.press('Enter')
    return told.waitFor({ timeout: 6_000 }).then(
      () => true,
      () => false,
    )
  })
  await expectAccessible(page)
  await page.getByText('Try again now.').waitFor()
  await signIn(page, 'read')
})

test('a role that may only look is offered nothing else', async () => {
  const { run } = await stage.journal.startRun(
    {
      ...{ stream: 'shop', target: 'http://127.0.0.1:9', selection: {}, planned: 1 },
      plan: { filter: {}, inDoubt: 'skip' },
    },
    1,
  )
  const changing = /Label|Send once|Resume/
  const page = await open(`${stage.url}/entries/${ids[0]}`, { expected })
  await signIn(page, 'read')
  await page.getByRole('heading', { name: 'Request' }).waitFor()
  expect(await page.getByRole('button', { name: changing }).count()).toBe(0)
  await page.goto(`${stage.url}/runs/${run}`)
  await page.getByRole('heading', { name: `Run ${run}`, level: 2 }).waitFor()
  await page
    .getByText(/Its process died|Rest, about/)
    .first()
    .waitFor()
  expect(await page.getByRole('button', { name: changing }).count()).toBe(0)
  await page.goto(`${stage.url}/replay?target=http://127.0.0.1:9&in_doubt=skip`)
  await page.locator('.plan-row').first().waitFor()
  await page.getByText('This needs the role replay; one-read has read.').waitFor()
  await expect.poll(() => page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true)
  await expectAccessible(page)
  await page.goto(stage.url)
  await page.locator('.scroller .line a').first().waitFor()
  for (const key of ['j', 'x', 'l']) await page.keyboard.press(key)
  await page.getByText('1 chosen').waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  // The same places, for somebody who may.
  const other = await open(`${stage.url}/entries/${ids[0]}`, { expected })
  await signIn(other, 'replay')
  await other.getByRole('button', { name: 'Send once' }).waitFor()
  await expect.poll(() => other.getByRole('button', { name: changing }).count()).toBe(2)
  await other.goto(`${stage.url}/runs/${run}`)
  await other.getByRole('button', { name: 'Resume' }).waitFor()
})

test('somebody whom a proxy vouches for, and who has no role, is told so', async () => {
  const page = await open(vouched.url, { expected })
  await tokenOf(page).waitFor()
  await page.setExtraHTTPHeaders({ 'X-Forwarded-User': 'eve' })
  await page.reload()
  await page.getByRole('heading', { name: 'You may not look at this service' }).waitFor()
  await page.getByText('eve has none').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign in with a token' }).click()
  await signIn(page, 'read')
  await page.getByRole('heading', { name: 'Nothing is recorded yet' }).waitFor()
})

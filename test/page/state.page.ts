import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { expectAccessible } from './support/axe.ts'
import { useBrowser } from './support/browser.ts'
import { lateAnswer } from './support/late.ts'
import { openStage } from './support/stage.ts'
import { newName, troubledStream, wellStream } from './support/standing.ts'

const stage = await openStage()
const open = useBrowser()
const troubled = newName('shop')
const well = newName('stock')

beforeAll(async () => {
  await troubledStream(stage.journal, troubled)
  await wellStream(stage.journal, well)
})

const stateOf = (stream: string) => `${stage.url}/state?stream=${stream}`
const word = (page: Page) => page.locator('.word')
const proven = (page: Page) => page.getByText(/made up at/).waitFor()

test.for([
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('is accessible and not wider than the screen: $width, $theme', async (opening) => {
  const page = await open(stateOf(troubled), opening)
  await proven(page)
  await page.getByText('Gaps: numbers').waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(opening.width)
  expect(
    await page.evaluate(
      `[...document.querySelectorAll('.standing *')].filter((one) =>
         one.getBoundingClientRect().right > innerWidth + 1).length`,
    ),
  ).toBe(0)
})

test('where every number has its place, all is well, and the sum says why', async () => {
  const page = await open(stateOf(well))
  await word(page).getByRole('heading', { name: 'All is well' }).waitFor()
  await word(page).getByText('Every mutation that was forwarded is accounted for').waitFor()
  const sum = page.getByRole('row', { name: new RegExp(`${well}.*running`) })
  await expect
    .poll(() => sum.getByRole('cell').allTextContents())
    .toEqual([...['23', '20', '1 asked2 grpc stream', '0', '0', '0', '0', '✓ yes']])
  await page.getByText('There is no gap.').waitFor()
  await page.getByText('Nothing is in doubt').waitFor()
})

test('what is wrong stands on top, the worst first, with what to do', async () => {
  const page = await open(stateOf(troubled))
  await word(page).getByRole('heading', { name: 'Something is wrong' }).waitFor()
  const said = await word(page).getByRole('listitem').allTextContents()
  expect(said.map((text) => text.split('. ')[0])).toEqual([
    '4 forwarded mutations are missing',
    '2 mutations were let pass unrecorded, and counted as lost',
    expect.stringContaining('Nothing was heard of the recorder') as string,
    expect.stringContaining('12 records (35 kB) wait in the spool of') as string,
    `5 entries of ${troubled} are in doubt`,
  ])
})

test('recorders tell whether they are alive, and gaps their numbers and times', async () => {
  const page = await open(stateOf(troubled))
  await proven(page)
  const recorders = page.getByRole('region', { name: 'Recorders' })
  const states = await recorders.getByRole('rowheader').allTextContents()
  expect([...states].sort()).toEqual(['alive', 'died', 'silent', 'stopped'])
  const alive = recorders.getByRole('row', { name: 'alive' })
  await alive.getByText('12 records, 35 kB').waitFor()
  await alive.getByText(/runs out in/).waitFor()
  await recorders
    .getByRole('row', { name: 'silent' })
    .getByText(/ran out/)
    .waitFor()
  const gap = page.getByRole('table', { name: /Gaps/ }).getByRole('row').nth(1)
  await expect.poll(() => gap.getByRole('rowheader').textContent()).toBe('31 to 34')
  await expect.poll(() => gap.textContent()).toMatch(/edge-2.*\d\d:\d\d:\d\d.*\d\d:\d\d:\d\d/)
})

test('a recorder that dies is seen without a reload', async () => {
  const stream = newName('seen')
  const { id } = await wellStream(stage.journal, stream)
  const page = await open(stateOf(stream))
  await word(page).getByRole('heading', { name: 'All is well' }).waitFor()
  await stage.journal.closeEnded(stream, { id, lastNumber: 23, how: 'dead' }, id)
  await word(page).getByText(`Nobody records ${stream}`).waitFor()
  await word(page).getByRole('heading', { name: 'Something wants a look' }).waitFor()
})

test('how large and how old the journal is is shown, and the sum made up anew when somebody asks', async () => {
  const page = await open(stateOf(well))
  await proven(page)
  const journal = page.getByRole('region', { name: 'The journal' })
  await journal.getByText(/on the disk, indexes included/).waitFor()
  await journal.getByText(/weekly partitions/).click()
  await journal.locator('.week-bar').first().waitFor()
  const row = journal.getByRole('row', { name: new RegExp(well) })
  await expect.poll(() => row.getByRole('cell').nth(0).textContent()).toBe('20')
  const asked = page.waitForRequest(/api\/audit/)
  await page.getByRole('button', { name: 'Prove it again' }).click()
  await asked
})

test('entries in doubt are settled, one and many, and that is taken back', async () => {
  const stream = newName('doubtful')
  await record(stage.journal, stream, [{ status: null }, { status: null }, { status: null }, {}])
  const page = await open(stateOf(stream))
  const doubts = page.getByRole('region', { name: 'In doubt' })
  await doubts.getByRole('button', { name: 'To settle (3)' }).waitFor()
  await doubts.getByRole('row').nth(3).waitFor()
  for (const key of ['j', 'x', 's']) await page.keyboard.press(key)
  const dialog = page.getByRole('dialog', { name: 'Settle entries in doubt' })
  await dialog.getByText('1 entry is in doubt').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: '1 was not applied' }).click()
  await doubts.getByRole('button', { name: 'To settle (2)' }).waitFor()
  await doubts.getByRole('button', { name: `Settle all of ${stream}…` }).click()
  const all = page.getByRole('dialog', { name: `Settle all of ${stream}` })
  const apply = all.getByRole('button', { name: '2 were applied', exact: true })
  await expect.poll(() => apply.isDisabled()).toBe(true)
  await all.getByRole('textbox').fill('2')
  await apply.click()
  await doubts.getByText('Nothing is in doubt').waitFor()
  await page.getByRole('heading', { name: 'All is well' }).waitFor()
  expect(await stage.journal.count({ stream, settled: 'yes' })).toEqual({ applied: 2, in_doubt: 1 })
  await doubts.getByRole('button', { name: 'Settled' }).click()
  await page.waitForURL(/doubts=settled/)
  await doubts.getByRole('checkbox', { name: 'Choose all that are shown' }).check()
  await doubts.getByRole('button', { name: 'Take back 3…' }).click()
  await dialog.getByRole('button', { name: 'Take back 3' }).click()
  await doubts.getByText('Nothing was settled yet').waitFor()
  expect(await stage.journal.count({ stream, settled: 'yes' })).toEqual({})
})

test('chosen entries of the journal are settled as far as they are in doubt', async () => {
  const stream = newName('chosen')
  const ids = await record(stage.journal, stream, [{ status: null }, {}, { status: null }])
  const page = await open(`${stage.url}/?stream=${stream}`)
  await page.getByRole('checkbox', { name: `Choose entry ${ids[0]}` }).check()
  await page.getByRole('checkbox', { name: `Choose entry ${ids[1]}` }).check()
  await page.keyboard.press('s')
  const dialog = page.getByRole('dialog', { name: 'Settle entries in doubt' })
  await dialog.getByText('1 entry is in doubt; 1 never in doubt, which stay as they are').waitFor()
  await dialog.getByRole('button', { name: '1 was applied', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await stage.journal.count({ stream, settled: 'yes' })).toEqual({ applied: 1 })
  await page.goto(`${stage.url}/?stream=${stream}&verdict=in_doubt&settled=no`)
  await page.locator('.scroller [role=row]').first().waitFor()
  await expect.poll(() => page.locator('.scroller [role=row]').count()).toBe(1)
})

test('an entry in doubt says why, and is settled where it is looked at', async () => {
  const stream = newName('one')
  const [id] = await record(stage.journal, stream, [{ status: null }])
  const page = await open(`${stage.url}/entries/${id}`)
  const bar = page.locator('.doubt-bar')
  await bar.getByText('In doubt: timeout; the whole of it was sent').waitFor()
  await bar.getByRole('button', { name: 'Settle…' }).click()
  await page.getByRole('button', { name: '1 was not applied' }).click()
  await bar.getByText('Settled: not applied').waitFor()
  await expectAccessible(page)
  // How it stood before is not shown until it is known how it stands.
  const late = await lateAnswer(page, `**/api/entries?id=${id}&*`)
  await bar.getByRole('button', { name: 'Take back…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Reading what was chosen').waitFor()
  await late()
  await dialog.getByRole('button', { name: 'Take back 1' }).click()
  await bar.getByText('In doubt: timeout').waitFor()
})

test('nobody recorded yet, and no such stream, each say so', async () => {
  const page = await open(stateOf('none'))
  await page.getByRole('heading', { name: 'Nobody records none' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Show all streams' }).click()
  await page.getByRole('region', { name: 'Recorders' }).waitFor()
})

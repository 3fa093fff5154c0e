import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { useBrowser } from './support/browser.ts'
import { shopHour } from './support/shop.ts'
import { troubledStream } from './support/standing.ts'
import { openStage } from './support/stage.ts'

// What README shows: `REPRISE_SCREENSHOTS=docs npm run test:page -- screenshots` writes it anew.
// Without it the pictures are taken all the same, and thrown away.

const FOLDER = process.env['REPRISE_SCREENSHOTS']

const stage = await openStage()
const open = useBrowser()
let order = 0

beforeAll(async () => {
  await troubledStream(stage.journal, 'orders')
  const ids = await record(stage.journal, 'shop', shopHour(700), 'http://shop.example')
  await stage.journal.label({ stream: 'shop', idFrom: ids[380]!, idTo: ids[392]! }, 'bug-17')
  const made = { text: 'Köln', statuses: [{ from: 201, to: 201 }] }
  const [latest] = await stage.journal.list(made, { order: '-order', limit: 1 })
  order = latest!.id
})

const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const

/** Where each is, and what is there once it is whole. */
const VIEWS = {
  journal: () => ({ address: '/?stream=shop', whole: '.scroller .line a' }),
  entry: () => ({ address: `/entries/${order}`, whole: '.json, .no-body' }),
  replay: () => ({
    address: '/replay?stream=shop&in_doubt=skip&lanes=/api/orders/:id&target=http://127.0.0.1:3000',
    whole: '.plan-row',
  }),
  state: () => ({ address: '/state?stream=orders', whole: '.gaps' }),
}

test.for(
  (['light', 'dark'] as const).flatMap((theme) =>
    (['wide', 'narrow'] as const).flatMap((size) =>
      (['journal', 'entry', 'replay', 'state'] as const).map((view) => ({ theme, size, view })),
    ),
  ),
)('$view, $size, $theme', async ({ theme, size, view }) => {
  const { address, whole } = VIEWS[view]()
  const page = await open(stage.url + address, { ...SIZES[size], theme })
  await page.waitForSelector(whole)
  await page.locator('.spinner').first().waitFor({ state: 'detached' })
  if (view === 'journal') {
    for (let i = 0; i < 4; i++) await page.keyboard.press('j')
  }
  const name = `page-${view}${size === 'narrow' ? '-narrow' : ''}-${theme}.png`
  const shot = await page.screenshot(
    FOLDER === undefined ? {} : { path: join(resolve(FOLDER), name) },
  )
  expect(shot.length).toBeGreaterThan(10_000)
})

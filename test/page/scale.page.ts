import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { query } from '../support/database.ts'
import { useBrowser } from './support/browser.ts'
import { openStage } from './support/stage.ts'

// One entry among a hundred thousand, and a list of all of them.

const stage = await openStage()
const open = useBrowser()
const COUNT = 100_000
let needle = 0

beforeAll(async () => {
  const [first] = await record(stage.journal, 'shop', [{ target: '/api/orders/1' }])
  await query(
    stage.databaseUrl,
    `insert into reprise.entry (stream, recorder, number, verdict, arrived_at, answered_at,
       ordered_at, method, target, path, http_version, request_headers, request_body, request_length,
       request_capture, status, response_headers, response_body, response_length, response_capture,
       client_address, user_name)
     select e.stream, e.recorder, i, 'applied', t, t, t, e.method, x.path, x.path, '1.1',
       e.request_headers, e.request_body, e.request_length, 'complete', 201, e.response_headers,
       e.response_body, e.response_length, 'complete', '192.0.2.7',
       case i when 40000 then 'grace' else 'ada' end
     from reprise.entry e, lateral (select i, '/api/orders/' || i as path,
         e.arrived_at + i * interval '2 s' as t from generate_series(2, ${COUNT}) i) x
     where e.id = ${first}`,
  )
  // As the service does all the time.
  await stage.journal.catchUp(new AbortController().signal)
  const found = await query<{ id: string }>(
    stage.databaseUrl,
    `select id from reprise.entry where number = 40000`,
  )
  needle = Number(found[0]!.id)
})

const rowsOf = (page: Page) => page.locator('.scroller [role=row]')

test.for(['/api/orders/40000', 'user:grace', '/api/orders/40000 user:grace status:2xx'])(
  'an entry is found by %s and opened',
  async (words) => {
    const page = await open(stage.url)
    await rowsOf(page).first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
    await rowsOf(page).nth(1).waitFor({ state: 'detached' })
    await rowsOf(page).first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${stage.url}/entries/${needle}`)
    await page.getByText('/api/orders/40000').first().waitFor()
  },
)

test('what is not there is looked for to the end, and said', async () => {
  const page = await open(`${stage.url}/?method=PURGE`)
  await page.getByRole('heading', { name: 'No entry matches' }).waitFor()
})

test('the chart counts them all, and so it does what a filter lets through', async () => {
  const page = await open(stage.url)
  await page.getByRole('img', { name: '100,000 applied' }).waitFor()
  await page.goto(`${stage.url}/?path=/api/orders/*`)
  await page.getByRole('img', { name: '100,000 applied' }).waitFor()
})

/** Scrolls by so many pixels a frame, and answers how long each frame took, in ms. */
const scrolling = (pixels: number, frames: number) => `new Promise((resolve) => {
  const scroller = document.querySelector('.scroller')
  const took = []
  let last = performance.now()
  const frame = (now) => {
    took.push(now - last)
    last = now
    scroller.scrollBy(0, ${pixels})
    if (took.length < ${frames}) requestAnimationFrame(frame)
    else resolve(took.slice(1))
  }
  requestAnimationFrame(frame)
})`

// Of a wheel (two rows a frame), a flick (twenty), and the thumb dragged down (whole pages). In ms a frame, of
// the page's own thread while it had the processor, so that the machine's other work is not in it: sixty frames
// a second leave 16.7 for its script, layout and drawing together. (Where each row was drawn anew in each frame,
// the script of the wheel took 6.)
test.for([
  { pixels: 54, script: 4, work: 16.7 },
  { pixels: 540, script: 11, work: 33.4 },
  { pixels: 5_400, script: 11, work: 33.4 },
])('a frame has time for what scrolling needs: $pixels px', async ({ pixels, script, work }) => {
  const page = await open(stage.url)
  await rowsOf(page).first().waitFor()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((one) => one.name === name)!.value * 1000
    return { script: of('ScriptDuration'), work: of('TaskDuration') }
  }
  const before = await spent()
  const took = (await page.evaluate<number[]>(scrolling(pixels, 300))).toSorted((a, b) => a - b)
  const after = await spent()
  const aFrame = {
    script: (after.script - before.script) / took.length,
    work: (after.work - before.work) / took.length,
  }
  const at = (share: number) => took[Math.floor(took.length * share)]!.toFixed(1)
  process.stdout.write(
    `scrolled by ${pixels} px a frame: ${aFrame.work.toFixed(1)} ms of work, ${aFrame.script.toFixed(1)} of ` +
      `them script; a frame came after ${at(0.5)} ms (median), ${at(0.95)} ms (p95)\n`,
  )
  expect(aFrame.script).toBeLessThan(script)
  expect(aFrame.work).toBeLessThan(work)
})

test('rows and memory do not grow with how far somebody has scrolled', async () => {
  const page = await open(stage.url)
  await rowsOf(page).first().waitFor()
  const session = await page.context().newCDPSession(page)
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20
  }
  const scrollOn = async (pages: number) => {
    for (let i = 0; i < pages; i++) {
      await page.evaluate(`document.querySelector('.scroller').scrollBy(0, 2700)`)
      await page.locator('.unread').first().waitFor({ state: 'detached' })
    }
  }
  await scrollOn(20)
  const before = await heap()
  await scrollOn(60)
  await expect.poll(() => rowsOf(page).count()).toBeLessThan(80)
  // Sixty pages of entries would be some ten.
  expect((await heap()) - before).toBeLessThan(6)
})

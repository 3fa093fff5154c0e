import { beforeAll, expect, test } from 'vitest'
import { record } from '../replayer/recording.ts'
import { expectAccessible } from './support/axe.ts'
import { useBrowser } from './support/browser.ts'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const open = useBrowser()
let ids: number[] = []

beforeAll(async () => {
  ids = await record(stage.journal, 'shop', [
    {
      target: '/login?access_token=planted-1',
      fields: ['Content-Type', 'application/json', 'Authorization', 'Bearer planted-2'],
      body: '{"user":"größe","password":"planted-3"}',
    },
    { target: '/plain' },
  ])
})

const at = (id: number | undefined) => `${stage.url}/entries/${id}`

test('what is hidden is shown to whoever asks, and hidden again', async () => {
  const page = await open(at(ids[0]))
  await page.locator('.json').first().waitFor()
  expect(await page.content()).not.toContain('planted')
  const secrets = page.getByRole('region', { name: 'Secrets' })
  await secrets.getByRole('button', { name: 'Show secrets' }).click()
  await secrets.getByText('Bearer planted-2').waitFor()
  await secrets.getByText('planted-1').waitFor()
  await secrets.getByText('planted-3').waitFor()
  await expectAccessible(page)
  const [deed] = await stage.journal.deeds({ limit: 1 })
  expect(deed).toMatchObject({ action: 'show_secrets', stream: 'shop', detail: { entry: ids[0] } })
  await secrets.getByRole('button', { name: 'Hide secrets' }).click()
  await secrets.getByRole('button', { name: 'Show secrets' }).waitFor()
  expect(await page.content()).not.toContain('planted')
})

test('where nothing is hidden nothing is offered', async () => {
  const page = await open(at(ids[1]))
  await page.getByRole('region', { name: 'Response' }).waitFor()
  expect(await page.getByRole('button', { name: 'Show secrets' }).count()).toBe(0)
})

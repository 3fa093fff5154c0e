import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { useService } from '../replayer/service/client.ts'
import { useBrowser } from './support/browser.ts'

// Both pages show the document under a policy without inline styles or scripts: what the browser refuses
// is an error on the console, and fails the test.

const database = await createDatabase()
const open = useBrowser()

test('Swagger UI shows the operations, and what one takes', async () => {
  const { url } = await useService(database)
  const page = await open(`${url}/api/docs/swagger`)
  await page.getByText('Replay a selection of entries to a target').click()
  await page.getByRole('button', { name: 'Try it out' }).click()
  const editor = page.locator('.opblock-body textarea').first()
  await editor.waitFor()
  await expect.poll(() => editor.inputValue()).toContain('"target"')
  await expect.poll(async () => (await editor.boundingBox())!.width).toBeGreaterThan(200)
})

test('Redoc shows them, with its styles', async () => {
  const { url } = await useService(database)
  const page = await open(`${url}/api/docs/redoc`)
  await page.getByRole('heading', { name: 'Replay a selection of entries to a target' }).waitFor()
  await page.getByRole('button', { name: /^201/ }).first().click()
  // A row of two columns, if its own styles hold: the right one is dark.
  const menu = page.locator('.menu-content')
  await expect.poll(async () => (await menu.boundingBox())!.width).toBeLessThan(400)
})

test.each(['swagger', 'redoc'])(
  'the policy of %s lets nothing inline run or style',
  async (name) => {
    const { get } = await useService(database)
    const { headers, body } = await get(`/api/docs/${name}`)
    for (const policy of [headers.get('content-security-policy'), body as string]) {
      expect(policy).not.toContain('unsafe')
    }
  },
)

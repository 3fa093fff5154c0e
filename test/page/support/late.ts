import type { Page } from 'playwright-core'

/** The next answer of an address is on its way to the page until it is let come. */
export async function lateAnswer(page: Page, address: string): Promise<() => Promise<void>> {
  let hold: (letCome: () => void) => void
  const held = new Promise<() => void>((resolve) => (hold = resolve))
  await page.route(
    address,
    async (route) => {
      const response = await route.fetch()
      await new Promise<void>((letCome) => hold(letCome))
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  return async () => (await held)()
}

import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'

// One browser a file, a context of its own a test. Whatever the page says on its console as an error,
// throws, or is refused by its own policy fails the test.

/** Debian's, or whichever is named. */
const PROGRAM = process.env['REPRISE_CHROMIUM'] ?? '/usr/bin/chromium'

const ALONE = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

export const LAUNCH = { executablePath: PROGRAM, args: ALONE }

/** What a browser says of a service that went away, whatever was under way just then. */
export const AWAY = /ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|SOCKET)|Failed to fetch/

/** How long something is waited for, in ms. */
const PATIENCE = 60_000

export interface Opening {
  width?: number
  height?: number
  theme?: 'light' | 'dark'
  /** Console errors that the test is about. */
  expected?: RegExp
}

/** For the tests of a file: a function that opens an address in a fresh context. */
export function useBrowser(): (address: string, opening?: Opening) => Promise<Page> {
  let browser: Browser
  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error(`no browser at ${PROGRAM}: apt-get install chromium`)
    browser = await chromium.launch(LAUNCH)
  })
  afterAll(() => browser.close())
  return async (address, { width = 1280, height = 800, theme = 'light', expected } = {}) => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: 'en-GB',
      timezoneId: 'UTC',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    context.setDefaultTimeout(PATIENCE)
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(`${message.text()} ${message.location().url}`)
    })
    page.on('pageerror', (error) => wrong.push(String(error)))
    onTestFinished(async () => {
      await context.close()
      expect(wrong.filter((text) => !expected?.test(text))).toEqual([])
    })
    await page.goto(address)
    // Loaded is not drawn yet: until then no key is listened to.
    await page.locator('#page > *').first().waitFor({ state: 'attached' })
    return page
  }
}

/** Two keys without a pause between them, which the page would take for two of their own. */
export async function pressPair(page: Page, first: string, second: string): Promise<void> {
  await Promise.all([page.keyboard.press(first), page.keyboard.press(second)])
}

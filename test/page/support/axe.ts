import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  id: string
  help: string
  nodes: { html: string; failureSummary?: string }[]
}

/** Nothing that axe-core finds against the rules of accessibility is on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the driver: the page's own policy lets no script in, and need not.
  await page.evaluate(SOURCE)
  const violations = (await page.evaluate(
    'axe.run().then(({ violations }) => violations)',
  )) as Violation[]
  const told = violations.map(({ id, help, nodes }) => ({
    ...{ id, help },
    nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary })),
  }))
  expect(told).toEqual([])
}

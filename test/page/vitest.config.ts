import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The page in a real browser, against a real service on a real PostgreSQL. Apart from `npm test`:
// the browser is the system's (see support/browser.ts).
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/page/**/*.page.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // What a view shows is waited for: it may be loading still, or be drawn again. On a machine that does other
    // work besides all of it takes longer, which is no fault.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // A browser waits for the service, the service for PostgreSQL: one file leaves a core idle.
    maxWorkers: 2,
  },
})

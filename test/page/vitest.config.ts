import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The page in a real browser, against a real service on a real PostgreSQL. Apart from `npm test`:
// the browser is the system's (see support/browser.ts).
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/page/**/*.page.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // What a view shows is waited for: it may be loading still, or be drawn again.
    expect: { poll: { timeout: 10_000 } },
    pool: 'forks',
    // A browser waits for the service, the service for PostgreSQL: one file leaves a core idle.
    maxWorkers: 2,
  },
})

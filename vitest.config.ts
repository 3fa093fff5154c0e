import { defineConfig } from 'vitest/config'

/** They ask how much memory is in use: it must be that of one file. */
const MEASURED = ['test/replayer/order/million.test.ts', 'test/proxy/large-bodies.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Most of what tests do is to wait.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        // To load what is tested anew for each file would take a quarter of the time.
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: MEASURED, isolate: false },
      },
      { extends: true, test: { name: 'measured', include: MEASURED, isolate: true } },
    ],
  },
})

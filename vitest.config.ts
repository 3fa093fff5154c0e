import { configDefaults, defineConfig } from 'vitest/config'

const ALL = ['test/**/*.test.ts']

/**
 * They measure their process (memory, open handles, warnings; others left theirs in a shared one), or
 * put something in the place of a module.
 */
const ALONE = [
  'test/cli/secret-key-race.test.ts',
  'test/proxy/large-bodies.test.ts',
  'test/replayer/order/million.test.ts',
  'test/replayer/run.test.ts',
  'test/simulator/closing.test.ts',
  'test/wire/hostile.test.ts',
  'test/wire/tls-clients.test.ts',
]

const shared = {
  setupFiles: 'test/support/seed.ts',
  // A guard against what hangs, far from what the slowest takes on a busy machine.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  pool: 'forks',
  // Most of what tests do is to wait.
  maxWorkers: 6,
} as const

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: shared.maxWorkers,
    projects: [
      { test: { ...shared, name: 'alone', include: ALONE } },
      {
        test: {
          ...shared,
          name: 'together',
          include: ALL,
          exclude: [...configDefaults.exclude, ...ALONE],
          // To start a process and load the program takes longer than what most files do in it.
          isolate: false,
        },
      },
    ],
  },
})

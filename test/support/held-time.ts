import { onTestFinished, vi } from 'vitest'

// Time-outs of this process that are over when the test says so, and no sooner, however slow the machine is. Until the
// end of the test.

const { setTimeout: start, clearTimeout: stop } = globalThis

/** Those that are so long (in ms); all others run as ever. */
export function holdTimeouts(ms: number): { pass: () => void } {
  const held = new Map<NodeJS.Timeout, () => void>()
  const begin = (run: (...given: unknown[]) => void, delay?: number, ...given: unknown[]) => {
    if (delay !== ms) return start(run, delay, ...given)
    const timer = start(() => {}, LONGEST).unref()
    held.set(timer, () => run(...given))
    return timer
  }
  const end = (timer: NodeJS.Timeout) => {
    held.delete(timer)
    stop(timer)
  }
  vi.stubGlobal('setTimeout', begin)
  vi.stubGlobal('clearTimeout', end)
  onTestFinished(() => void vi.unstubAllGlobals())
  return {
    pass() {
      for (const [timer, run] of [...held]) {
        end(timer)
        run()
      }
    },
  }
}

/** All of them: so many ms have passed. */
export function stopTimeouts(): { pass: (ms: number) => void } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  return { pass: (ms) => void vi.advanceTimersByTime(ms) }
}

const LONGEST = 2 ** 31 - 1

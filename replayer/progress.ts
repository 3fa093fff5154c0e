import type { Writable } from 'node:stream'
import type { FinishedAttempt } from './run.ts'

export interface Progress {
  update(attempt: FinishedAttempt): void
  /** Leaves the finished bar on its line. */
  end(): void
}

/** A progress bar on a terminal; nothing elsewhere. */
export function progressOn(
  output: Writable & { isTTY?: boolean; columns?: number },
  planned: number,
): Progress {
  if (output.isTTY !== true || planned === 0) return { update: () => {}, end: () => {} }
  let done = 0
  let troubled = 0
  let drawnAt = 0
  const draw = () => {
    drawnAt = performance.now()
    const width = Math.min(40, Math.max(10, (output.columns ?? 80) - 30))
    const filled = Math.round((width * done) / planned)
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
    const trouble = troubled === 0 ? '' : `, ${troubled} not as recorded`
    output.write(`\r${bar} ${done}/${planned}${trouble}`)
  }
  return {
    update({ result }) {
      done++
      if (result.outcome !== 'same') troubled++
      // Often enough to look live, seldom enough to cost nothing.
      if (done === planned || performance.now() - drawnAt > 50) draw()
    },
    end() {
      draw()
      output.write('\n')
    },
  }
}

import type { Writable } from 'node:stream'
import type { Choice, FinishedAttempt, RunOptions } from './run.ts'
import { attemptLine } from './show.ts'

/** What is shown while a run goes on. */
export interface Progress {
  update(attempt: FinishedAttempt): void
  /** Leaves the bar, if there is one, on its line. */
  end(): void
}

type Output = Writable & { isTTY?: boolean; columns?: number }

/** A line for each attempt that did not come out as recorded, and on a terminal a bar below them. */
export function progressOn(output: Output, planned: number): Progress {
  const hasBar = output.isTTY === true && planned > 0
  let done = 0
  let drawnAt = -Infinity
  const draw = () => {
    drawnAt = performance.now()
    output.write(progressBar(output, done, planned))
  }
  return {
    update(attempt) {
      done++
      const isTrouble = attempt.result.outcome !== 'same' && attempt.result.outcome !== 'skipped'
      if (isTrouble) output.write(`${hasBar ? `\r${CLEAR_REST}` : ''}${attemptLine(attempt)}\n`)
      // Often enough to look live, seldom enough to cost nothing.
      if (hasBar && (isTrouble || done === planned || performance.now() - drawnAt > 50)) draw()
    },
    end() {
      if (!hasBar || drawnAt === -Infinity) return
      draw()
      output.write('\n')
    },
  }
}

/** Drawn over the line. */
export function progressBar(
  { columns = 80 }: Pick<Output, 'columns'>,
  done: number,
  planned: number,
): string {
  const counts = `${done}/${planned}`
  const width = Math.max(10, Math.min(40, columns - counts.length - 2))
  const filled = Math.round(width * Math.min(1, done / Math.max(1, planned)))
  return `\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${counts}${CLEAR_REST}`
}

/** For a run that asks: what came of each request is said below its question; a bar once `all` was said. */
export function progressOfSteps(
  output: Output,
  planned: number,
  ask: NonNullable<RunOptions['ask']>,
): Progress & { ask: typeof ask } {
  const bar = progressOn(output, planned)
  let choice: Choice | null = null
  return {
    async ask(entry, position) {
      choice = await ask(entry, position)
      return choice
    },
    update(attempt) {
      if (choice === 'all') bar.update(attempt)
      else output.write(`${stepLine(attempt)}\n`)
    },
    end: () => bar.end(),
  }
}

function stepLine({ result }: FinishedAttempt): string {
  if (result.outcome === 'skipped') return '  – not sent'
  if (result.outcome === 'same') return `  ✔ ${result.answer?.status}, as recorded`
  return `  ✘ ${result.detail}`
}

/** To the end of the line. */
const CLEAR_REST = '\u001b[K'

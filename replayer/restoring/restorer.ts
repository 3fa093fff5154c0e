import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../../journal/problem.ts'
import { restoreEpoch, restoredWords, type RestoreOptions } from './restore.ts'
import { CLAIM_LEASE } from './holding.ts'

// Restores by itself: whenever an epoch of its stream waits for a restore, it claims it. Of several that
// do so one has the claim; when that one dies, another goes on as soon as its lease has run out.

export interface RestorerOptions extends RestoreOptions {
  stream: string
  /** Names this process to people. */
  holder: string
}

/** How often it looks whether there is something to restore, in ms; and where it would be told of it. */
const PACE = 100
const TOLD_PACE = 1_000

export function startRestorer(options: RestorerOptions): { close(): Promise<void> } {
  const ending = new AbortController()
  const restoring = restoreAgain(options, ending.signal)
  return {
    async close() {
      ending.abort()
      await restoring
    },
  }
}

/** Never rejects. */
async function restoreAgain(options: RestorerOptions, signal: AbortSignal): Promise<void> {
  const { journal, stream, holder, say } = options
  let problem = ''
  let wake = () => {}
  const watch = journal.watchEpochs(stream, () => wake())
  while (!signal.aborted) {
    const over = new AbortController()
    wake = () => over.abort()
    try {
      const claimed = await journal.claimEpoch(stream, holder, CLAIM_LEASE, 'restoring')
      if (claimed !== null) {
        const { claim, epoch } = claimed
        say(`epoch ${epoch.number}: restoring the state`, 'info')
        const began = performance.now()
        const restored = await restoreEpoch(claim, epoch, options, signal)
        const seconds = ((performance.now() - began) / 1000).toFixed(1)
        const isWrong = typeof restored !== 'string' && restored.outcome === 'failed'
        const words = `epoch ${epoch.number}: ${restoredWords(restored)} (${seconds} s)`
        say(words, isWrong ? 'warn' : 'info')
      }
      problem = ''
    } catch (error) {
      if (messageOf(error) !== problem) say(`the state cannot be restored: ${messageOf(error)}`)
      problem = messageOf(error)
    }
    const either = AbortSignal.any([signal, over.signal])
    await pause(watch.isTold ? TOLD_PACE : PACE, undefined, { signal: either }).catch(() => {})
  }
  await watch.close()
}

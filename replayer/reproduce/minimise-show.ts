import { counted } from '../show.ts'
import { printable } from '../table.ts'
import type { Minimised } from './minimise.ts'
import { JUDGEMENT_WORDS } from './reproduce-show.ts'
import type { Trial } from './trial.ts'

/** `trial 3: 5 of 40 entries: it failed again, in the same way (run 17)` */
export function trialLine({ number, ids, came }: Trial, before: number): string {
  const { judgement, why, run } = came
  const detail = judgement === 'reproduced' ? '' : `: ${why}`
  const words = `${JUDGEMENT_WORDS[judgement]}${detail} (run ${run.run})`
  return printable(`trial ${number}: ${ids.length} of ${before} entries before it: ${words}`)
}

/** How it went, in a few lines. */
export function minimisedLines({ how, ids, before, steadiness, trials, last }: Minimised): string {
  const found = `${ids.length} of ${before} entries before it`
  const tried = counted(trials, 'trial', 'trials')
  const lines = {
    smallest: `${found} are needed for it to fail, found in ${tried}`,
    stopped: `stopped after ${tried}: with ${found} it fails, fewer may do`,
    untried: 'stopped before it was tried: nothing is known',
    not_reproduced: `with all ${counted(before, 'entry', 'entries')} before it: ${notFailed(last)}`,
  }
  const flaky =
    'it is flaky: of equal trials some failed and some did not, so that more may have been kept, ' +
    'or less, than is needed (--tries N tries each sequence up to N times)'
  return [lines[how], ...(steadiness === 'flaky' ? [flaky] : [])]
    .map((line) => `${printable(line)}\n`)
    .join('')
}

function notFailed(last: Minimised['last']): string {
  return last === null ? 'it was not tried' : `${JUDGEMENT_WORDS[last.judgement]}: ${last.why}`
}

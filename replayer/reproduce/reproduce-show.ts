import type { Difference, Found } from '../compare/difference.ts'
import { differenceLines } from '../compare/difference-view.ts'
import { counted } from '../show.ts'
import { clip, printable } from '../table.ts'
import type { Judgement } from './judgement.ts'
import type { Reproduction } from './reproduce.ts'

export const JUDGEMENT_WORDS: Readonly<Record<Judgement, string>> = {
  reproduced: 'it failed again, in the same way',
  another_failure: 'it failed, but in another way',
  not_failed: 'it did not fail',
  not_restored: 'what came before it could not be restored, or it could not be sent',
}

/** Of a request that was answered well: what was wrong is in the answer, or nothing was. */
const OF_SUCCESS: Partial<Record<Judgement, string>> = {
  reproduced: 'it was answered again in the same way',
  not_failed: 'it was not answered in the same way',
}

function wordsOf(judgement: Judgement, { verdict, status }: Reproduction['entry']): string {
  const isSuccess = verdict === 'applied' && status !== null && status < 400
  return (isSuccess ? OF_SUCCESS[judgement] : undefined) ?? JUDGEMENT_WORDS[judgement]
}

/** What came of it, as text for a terminal. */
export function reproductionLines(
  { entry, run, attempt, restored, judgement, why }: Reproduction,
  widths: { line?: number | undefined },
): string {
  const { same, otherwise } = restored
  const before = counted(same + otherwise, 'entry', 'entries')
  const others = otherwise === 0 ? '' : `, ${otherwise} of them not answered as recorded`
  const request = clip(`${entry.method} ${entry.target}`, 200)
  const lines = [
    `run ${run.run}: ${before} sent to ${run.target} before it${others}`,
    `entry ${entry.id}: ${request}: ${wordsOf(judgement, entry)}`,
    `  ${why}`,
    ...differencesOf(attempt?.result.differences, widths),
  ].map(printable)
  const body = attempt?.result.answer?.body.toString('utf8') ?? ''
  if (judgement !== 'reproduced' && body !== '') {
    lines.push(`  what came back: ${clip(printable(body), 300)}`)
  }
  return `${lines.join('\n')}\n`
}

function differencesOf(differences: unknown, widths: { line?: number | undefined }): string[] {
  const list = Array.isArray(differences) ? (differences as Difference[]) : []
  const found: Found = { differences: list, unlisted: 0, explained: {}, uncompared: [] }
  return differenceLines(found, widths).map((line) => `  ${line}`)
}

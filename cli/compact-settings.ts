import type { Journal } from '../journal/contract.ts'
import { requireCheckpoint } from '../replayer/checkpoints.ts'
import { digestOf, parseCompactRule, type CompactRule } from '../replayer/compacting/rules.ts'
import type { Selection } from '../replayer/plan.ts'
import type { Missing } from './command.ts'
import { listOf, settingsTable, type Settings } from './settings.ts'
import { switchOn } from './values.ts'

/** What supersedes what, in the file that commands share. */
export const compactRulesSettings = settingsTable({
  'compact-rules': listOf<CompactRule>({
    expects: "'PUT /things/:id replaces PUT /things/:id'",
    help: 'what makes earlier requests needless, a rule a line (see reprise compact --help)',
    separator: '\n',
    parse: parseCompactRule,
  }),
})

/** How much of a stream is sent. */
export const compactSettings = settingsTable({
  'from-checkpoint': switchOn(
    'send only what stands behind the furthest checkpoint of the stream (reprise checkpoint)',
  ),
  compact: switchOn('leave out what --compact-rules say that later requests make needless'),
  ...compactRulesSettings,
})

export type CompactSettings = Settings<typeof compactSettings>

export function compactMissing(known: Partial<CompactSettings>): Missing {
  const isWithout = known.compact === true && known['compact-rules']?.length === 0
  return isWithout ? { 'compact-rules': "'PUT /x/:id replaces PUT /x/:id' with --compact" } : {}
}

/** The selection, as far as it was asked for. */
export async function compactedSelection(
  journal: Journal,
  selection: Selection,
  settings: CompactSettings,
): Promise<Selection> {
  const from = settings['from-checkpoint'] ? await requireCheckpoint(journal, selection) : selection
  return settings.compact ? { ...from, compact: digestOf(settings['compact-rules']).texts } : from
}

import type { Journal } from '../journal/contract.ts'
import { parseCompactRule, type CompactRule } from '../replayer/compacting/rules.ts'
import type { Compacting } from '../replayer/compacting/compaction.ts'
import { sparedSelection } from '../replayer/compacting/sparing.ts'
import type { Selection } from '../replayer/plan.ts'
import type { Missing } from './command.ts'
import { listOf, settingsGroup, type Settings } from './settings.ts'
import { switchOn } from './values.ts'

/** What supersedes what, in the file that commands share. */
export const compactRulesSettings = settingsGroup('Checkpoints and compaction', {
  'compact-rules': listOf<CompactRule>({
    expects: "'PUT /things/:id replaces PUT /things/:id'",
    help: 'what makes earlier requests needless, a rule a line (see reprise compact --help)',
    separator: '\n',
    parse: parseCompactRule,
  }),
})

/** How much of a stream is sent. */
export const compactSettings = settingsGroup('Checkpoints and compaction', {
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
export function compactedSelection(
  journal: Journal,
  selection: Selection,
  settings: CompactSettings,
): Promise<Selection> {
  return sparedSelection(journal, selection, {
    begin: settings['from-checkpoint'] ? 'checkpoint' : 'start',
    rules: settings.compact ? settings['compact-rules'] : [],
  })
}

/** The entry of which a plan tells all. */
export function watching({ explain }: { explain?: number | undefined }): Compacting {
  return explain === undefined ? {} : { watched: explain }
}

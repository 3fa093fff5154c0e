import type { Entry } from '../../../journal/entry.ts'
import { Compactor, type Compacted } from '../../../replayer/compacting/compactor.ts'
import { Walked } from '../../../replayer/compacting/reading.ts'
import { parseCompactRule } from '../../../replayer/compacting/rules.ts'
import { collectionPath, type World } from '../model/world.ts'

/** What supersedes what in the application of the model (test/replayer/model). */
export function rulesOf({ nouns }: World): string[] {
  const [project, item, task] = [nouns.project, nouns.item, nouns.task].map(collectionPath)
  return [
    `PUT ${item}/:id replaces PUT|PATCH ${item}/:id`,
    'PUT /docs/:id?* replaces PUT /docs/:id?*',
    'PUT /slots/:id?* replaces PUT /slots/:id?*',
    `DELETE ${item}/:id cancels ${item}/:id made by POST ${item}?*`,
    `DELETE ${project}/:id cancels ${project}/:id made by POST ${project}`,
    `DELETE ${item}/:id${task}/:part cancels ${item}/:id${task}/:part made by POST ${item}/:id${task}`,
  ]
}

/** What is left of a recording, and what was left out of it. */
export function compacted(
  stream: readonly Entry[],
  rules: readonly string[],
): { stream: Entry[]; told: Compacted } {
  const compactor = new Compactor({
    rules: rules.map(parseCompactRule),
    clockOf: () => 'a',
    tolerance: 0,
  })
  for (const entry of stream.toReversed()) {
    if (entry.verdict === 'applied' || entry.verdict === 'context')
      compactor.observe(new Walked(entry))
  }
  const told = compactor.finish()
  return { stream: stream.filter(({ id }) => !told.left.has(id)), told }
}

import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import type { Entry, Side } from '../journal/entry.ts'

/** What of an entry is shown with its secrets. */
export type Shown = 'entry' | `${Side} body`

/** An entry with the values of its secrets, once it is noted who has them shown. */
export async function showSecrets(
  journal: Journal,
  id: number,
  what: Shown,
  actor: Actor,
): Promise<Entry> {
  const entry = await journal.entry(id, 'opened')
  const { stream } = entry
  await journal.noteDeed({ ...actor, action: 'show_secrets', stream, detail: { entry: id, what } })
  return entry
}

import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import { unknownStream } from './plan.ts'

/**
 * Removes every entry, run and attempt of a stream for good, once it is noted who does; answers how many
 * entries. Rejects with `stream_unknown`.
 */
export async function clearStream(journal: Journal, stream: string, actor: Actor): Promise<number> {
  const known = (await journal.streams()).map((one) => one.stream)
  if (!known.includes(stream)) throw unknownStream(`there is no stream '${stream}'`, known)
  await journal.noteDeed({ ...actor, action: 'clear', stream, detail: {} })
  return journal.clear(stream)
}

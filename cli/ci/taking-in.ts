import type { Journal } from '../../journal/contract.ts'
import type { Actor } from '../../journal/deed.ts'
import type { FileItem } from '../../journal/files/filed.ts'
import { importItems } from '../../journal/files/importing.ts'
import { Problem } from '../../journal/problem.ts'
import type { JournalFile } from '../file-settings.ts'
import { keyOf } from './accepting.ts'

/** Puts a file into a stream of its own; answers where each entry stands in it, by `keyOf`. */
export async function takeIn(
  { journal, stream }: { journal: Journal; stream: string },
  file: JournalFile,
  by: Actor,
): Promise<ReadonlyMap<string, number>> {
  const lines = new Map<string, number>()
  const noting = async function* (): AsyncGenerator<FileItem> {
    for await (const item of file.read()) {
      if (item.kind === 'entry') {
        const { recorder, number, arrivedAt } = item.entry
        lines.set(keyOf({ recorder: recorder.id, number, arrivedAt }), item.line)
      }
      yield item
    }
  }
  await journal.noteDeed({ ...by, action: 'import', stream, detail: { file: file.name } })
  const { entries } = await importItems(journal, noting, { stream, into: 'empty' })
  if (entries > 0) return lines
  throw new Problem('selection_empty', `${file.name} holds no entry`, {
    source: 'user',
    hint: 'export one that does: reprise export FILE --stream NAME',
  })
}

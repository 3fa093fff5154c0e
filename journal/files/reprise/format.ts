import type { JournalFormat } from '../format.ts'
import { readReprise } from './read.ts'
import { writeReprise } from './write.ts'

/** The format of reprise itself, which loses nothing: docs/journal-files.md. */
export const repriseFormat: JournalFormat = {
  endings: ['.reprise.jsonl', '.jsonl'],
  secrets: 'sealed',
  write: writeReprise,
  read: readReprise,
}

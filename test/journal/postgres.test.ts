import { afterAll, beforeAll } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createDatabase } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'
import { declareJournalContract } from './contract.ts'

let journal: Journal
const url = await createDatabase()
beforeAll(() => {
  journal = openJournal({ url, secrets: testSecrets })
})
afterAll(() => journal.close())

declareJournalContract(() => journal)

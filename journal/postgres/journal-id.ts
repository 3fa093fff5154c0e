import { databaseProblem, newClient } from './database.ts'

/** Which journal is in the database: what was spooled for one is not missing from another. */
export async function journalIdAt(url: string): Promise<string> {
  const client = newClient({ url })
  try {
    await client.connect()
    const { rows } = await client.query<{ id: string }>('select id from reprise.journal')
    return rows[0]!.id
  } catch (error) {
    throw databaseProblem(error, 'reading which journal it is')
  } finally {
    await client.end()
  }
}

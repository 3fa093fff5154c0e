// The PostgreSQL of a run, in its folder: what a stream holds, and what the server itself used.

import pg from 'pg'
import { openEmbedded } from '../dist/journal/embedded/server.js'
import { cpuSeconds, parentOf } from './usage.mjs'

/**
 * `flush`: µs that each commit waits besides before it is flushed, as if the disk took so much longer.
 * https://www.postgresql.org/docs/18/runtime-config-wal.html#GUC-COMMIT-DELAY
 */
export async function openJournal(folder, flush = 0) {
  const settings = { commit_delay: String(flush), commit_siblings: '0' }
  const embedded = await openEmbedded({ dataDir: folder, settings })
  const { url } = embedded
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const { rows } = await pool.query('select pg_backend_pid() as pid')
  const server = parentOf(rows[0].pid)
  return {
    url,
    /** Of all its processes. */
    cpuSeconds: () => cpuSeconds(server),
    /** Of some tables, with their indexes. */
    async bytesOf(...tables) {
      const text =
        "select sum(pg_total_relation_size('reprise.' || name))::float8 as bytes from unnest($1::text[]) name"
      return (await pool.query(text, [tables])).rows[0].bytes
    },
    /** How many applied entries the stream has; the journal is there once a proxy has been. */
    async applied(stream) {
      const text =
        "select count(*)::int as count from reprise.entry where stream = $1 and verdict = 'applied'"
      return (await pool.query(text, [stream])).rows[0].count
    },
    /** The same of each of its recorders, the most first. */
    async appliedByRecorder(stream) {
      const text =
        "select count(*)::int as count from reprise.entry where stream = $1 and verdict = 'applied' " +
        'group by recorder order by count desc'
      return (await pool.query(text, [stream])).rows.map(({ count }) => count)
    },
    async close() {
      await pool.end()
      await embedded.close()
    },
  }
}

import { emptyFolder } from '../support/folder.ts'
import { startRawOrigin, type Answer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, type Said } from '../replayer/recording.ts'
import { injected } from './injected.ts'

const KEY = Buffer.alloc(32, 'test').toString('base64')
let streams = 0

export const doubted = (method: string, target: string, more: Said = {}): Said => ({
  ...{ method, target, status: null },
  ...more,
})

export const THREE = [doubted('PUT', '/a/1'), doubted('DELETE', '/a/2'), doubted('POST', '/b')]

/** A stream with these entries and one that was applied, and the backend that is asked about them. */
export async function doubtStage(database: string, said: readonly Said[] = THREE, answer?: Answer) {
  const journal = useJournal(database)
  const stream = `doubt-${streams++}`
  const origin = await startRawOrigin(answer)
  const ids = await record(journal, stream, [...said, { target: '/applied' }], origin.url)
  const at = ['--database-url', database, '--data-dir', emptyFolder(), '--secret-key', KEY]
  const argv = ['in-doubt', '--stream', stream, ...at]
  return {
    ...{ journal, stream, ids, origin, argv },
    probing: [...argv, '--base-url', origin.url],
    /** How each entry stands. */
    now: async () => {
      const entries = await journal.list({ stream }, { order: 'id', limit: 99 })
      return entries.slice(0, said.length).map((one) => [one.verdict, one.settled, one.settledBy])
    },
  }
}

export async function json(argv: readonly string[]) {
  const { code, stdout } = await injected([...argv, '--json'])
  return { code, printed: JSON.parse(stdout) as Record<string, unknown> }
}

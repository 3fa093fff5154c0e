import { createHash } from 'node:crypto'

// Which state of something was answered (RFC 9110 section 8.8.3), for clients that keep a copy of their
// own: they ask whether it is still that, and are sent nothing where it is. No browser keeps one, since
// nothing of the journal is to stay on its disk.

/** The ETag of what is answered as JSON. */
export function tagOf(view: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(view)).digest('base64url')
  return `"${hash.slice(0, 22)}"`
}

/** Whether a client has it already, by what it said in If-None-Match; compared as if weak (13.1.2). */
export function isKnown(tag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
}

import { Problem } from '../journal/problem.ts'

/**
 * Waits for work so many ms, or until the signal; rejects with what `late` makes then. The work goes
 * on, and nobody hears of its end.
 */
export async function inTime<T>(
  work: Promise<T>,
  limit: number,
  late: () => Problem,
  signal?: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let leave = () => {}
  const silence = new Promise<never>((_, reject) => {
    leave = () => reject(late())
    timer = setTimeout(leave, limit)
    signal?.addEventListener('abort', leave)
  })
  try {
    return await Promise.race([work, silence])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
  }
}

/** Made only when it is needed: an error's stack costs more than most statements. */
export function journalSilent(limit: number): () => Problem {
  return () =>
    new Problem('journal_unreachable', `PostgreSQL has said nothing for ${limit} ms`, {
      source: 'journal',
      retryable: true,
    })
}

export function spoolSilent(limit: number): () => Problem {
  return () =>
    new Problem('spool_unavailable', `the disk of the spool has said nothing for ${limit} ms`, {
      source: 'internal',
      retryable: true,
    })
}

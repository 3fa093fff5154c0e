import { isSameLife } from '../../backend/boot-signs.ts'
import { look, type LookOptions } from '../../backend/look.ts'
import type { EpochStore } from '../../journal/epochs.ts'
import type { Client } from '../../wire/client.ts'

export interface Reaching {
  /** Whether clients reach a backend whose restore failed. */
  failed: 'shut' | 'open'
}

/**
 * Names the life of the backend that clients reach at this moment; null: they reach none, or another one
 * answers. What is taken between two equal names is of that life.
 */
export async function reachedLife(
  store: Pick<EpochStore, 'epoch'>,
  stream: string,
  client: Client,
  looking: LookOptions & Reaching,
  signal: AbortSignal,
): Promise<number | null> {
  const epoch = await store.epoch(stream)
  const isReached =
    epoch?.phase === 'open' || (epoch?.phase === 'failed' && looking.failed === 'open')
  if (epoch === null || !isReached) return null
  const { signs } = looking
  const seen = await look(client, looking, signal)
  if (signs.length === 0) return seen.kind === 'there' ? epoch.number : null
  const isIt =
    seen.kind === 'boot' && epoch.boot !== null && isSameLife(signs, epoch.boot, seen.boot)
  return isIt ? epoch.number : null
}

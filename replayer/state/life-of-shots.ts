import { isSameBoot } from '../../backend/boot-sign.ts'
import { look, type LookOptions } from '../../backend/look.ts'
import type { EpochStore } from '../../journal/epochs.ts'
import type { Client } from '../../wire/client.ts'

/**
 * Names the life of the backend that clients reach at this moment; null: they reach none, or another one
 * answers. What is taken between two equal names is of that life.
 */
export async function reachedLife(
  store: Pick<EpochStore, 'epoch'>,
  stream: string,
  client: Client,
  looking: LookOptions,
  signal: AbortSignal,
): Promise<number | null> {
  const epoch = await store.epoch(stream)
  if (epoch?.phase !== 'open') return null
  const { sign } = looking
  const seen = await look(client, looking, signal)
  if (sign === null) return seen.kind === 'there' ? epoch.number : null
  const isIt =
    seen.kind === 'boot' && epoch.boot !== null && isSameBoot(sign, epoch.boot, seen.boot)
  return isIt ? epoch.number : null
}

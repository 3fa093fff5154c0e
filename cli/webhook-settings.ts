import type { LifeStore } from '../journal/lives.ts'
import { parseWebhookSecret } from '../replayer/telling/signature.ts'
import { startTeller, type Teller } from '../replayer/telling/teller.ts'
import type { Say } from '../telemetry/log.ts'
import type { Missing } from './command.ts'
import { hidden, listOf, settingsGroup, type Settings } from './settings.ts'
import { webhookUrl } from './values.ts'

/** Who is told when a backend loses its state, and what becomes of it. */
export const webhookSettings = settingsGroup('Webhooks', {
  webhook: listOf(
    webhookUrl(
      'addresses that are told when the state is lost, restored or not, by a POST of JSON that is signed ' +
        '(webhook-id, webhook-timestamp, webhook-signature); each event at least once, whichever process ' +
        'of the stream tells it',
    ),
  ),
  'webhook-secret': {
    expects: 'whsec_BASE64',
    help: 'with which they are signed (best by REPRISE_WEBHOOK_SECRET): whsec_ and base64 of 24 to 64 bytes',
    parse: parseWebhookSecret,
    shown: hidden,
  },
})

export type WebhookSettings = Settings<typeof webhookSettings>

export function webhookMissing(known: Partial<WebhookSettings>): Missing {
  const { webhook = [], 'webhook-secret': secret } = known
  return {
    ...(webhook.length > 0 &&
      secret === undefined && { 'webhook-secret': 'it with --webhook: what they are signed with' }),
  }
}

export function startTelling(
  settings: WebhookSettings & { stream: string },
  store: LifeStore,
  say: Say,
): Teller {
  const { stream, webhook: receivers, 'webhook-secret': key } = settings
  if (receivers.length === 0 || key === undefined) return NOBODY_TOLD
  return startTeller({ store, stream, receivers, key, say })
}

const NOBODY_TOLD: Teller = { close: async () => {} }

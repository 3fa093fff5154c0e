import type { Entry } from '../api/client.ts'

/** What the list asks of each entry. */
const ASKED = [
  ...([
    'id',
    'stream',
    'arrived_at',
    'answered_at',
    'method',
    'target',
    'status',
    'verdict',
  ] as const),
  ...(['cause', 'settled', 'label', 'request_length', 'response_length', 'content_type'] as const),
  ...(['client_address', 'user_name', 'user_agent'] as const),
] as const

export type Row = Pick<Entry, (typeof ASKED)[number]>

export const ASKED_COLUMNS = ASKED.join(',')

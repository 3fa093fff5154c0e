import type { Entry } from '../api/client.ts'

/** Why an entry is in doubt; what is not known here is said as it is. */
const CAUSES: Readonly<Record<string, string>> = {
  upstream_timeout: 'no answer in time',
  upstream_reset: 'the backend broke off',
  client_gone: 'the client left',
  recorder_lost: 'the recorder died',
  grpc_undecided: 'gRPC left it open',
  answer_missing: 'the file it came from has no answer',
}

export function causeWords(cause: string | null): string {
  return cause === null ? '' : (CAUSES[cause] ?? cause.replaceAll('_', ' '))
}

/** What the backend may have had of the request. */
export function deliveryWords(delivery: Entry['delivery']): string {
  if (delivery === null) return ''
  return {
    part: 'a part of it was sent',
    whole: 'the whole of it was sent',
    unknown: 'none, a part or the whole was sent',
  }[delivery]
}

/** How long ago, or how far ahead, of a moment in ms. */
export function agoText(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  const span = spanText(Math.abs(ms))
  return ms < 0 ? `in ${span}` : `${span} ago`
}

export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

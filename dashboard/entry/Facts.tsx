import type { ReactNode } from 'react'
import type { WholeEntry } from '../api/client.ts'
import { dateText, durationText, fullText, timeText, tookOf } from '../journal/shown.ts'

/** When it was, who sent it, and where it stands. */
export function Facts({ entry }: { entry: WholeEntry }) {
  const took = tookOf(entry)
  const arrived = `${dateText(entry.arrived_at)} ${timeText(entry.arrived_at)}`
  return (
    <dl className="facts">
      <Fact name="Entry">{entry.id}</Fact>
      <Fact name="Stream">{entry.stream}</Fact>
      <Fact name="Arrived">
        <time dateTime={entry.arrived_at} title={fullText(entry.arrived_at)}>
          {arrived}
        </time>
      </Fact>
      <Fact name="Answered">{took === null ? 'never' : `after ${durationText(took)}`}</Fact>
      {entry.cause !== null && <Fact name="Cause">{entry.cause.replaceAll('_', ' ')}</Fact>}
      {entry.settled !== null && <Fact name="Settled">{entry.settled.replace('_', ' ')}</Fact>}
      <Fact name="User">{entry.user_name ?? '–'}</Fact>
      <Fact name="Client">{entry.client_address ?? '–'}</Fact>
      <Fact name="Agent">{entry.user_agent ?? '–'}</Fact>
      <Fact name="Recorder">
        <span title={entry.recorder}>
          {entry.recorder.slice(0, 8)} · number {entry.number}
        </span>
      </Fact>
      {entry.client_form !== null && (
        <Fact name="As its client said it">{clientWords(entry.client_form)}</Fact>
      )}
      {entry.withheld.length > 0 && <Fact name="Withheld">{entry.withheld.join(', ')}</Fact>}
    </dl>
  )
}

function clientWords({
  target,
  fields,
  body,
  omitted,
}: NonNullable<WholeEntry['client_form']>): string {
  return [
    ...(target === null ? [] : [target]),
    ...fields.map(({ name, value }) => `${name}: ${value ?? '(secret)'}`),
    ...body.map(({ text }) => `${text ?? '(secret)'} in the body`),
    ...(omitted === undefined ? [] : [`${omitted} more in the body`]),
  ].join('; ')
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table'
import { follow } from '../address.ts'
import {
  dateText,
  durationText,
  familyOf,
  fullText,
  sizeText,
  timeText,
  tookOf,
  verdictText,
} from './shown.ts'
import type { Row } from './row.ts'

export const features = tableFeatures({ columnVisibilityFeature })
const column = createColumnHelper<typeof features, Row>()

/** How wide each column is, as a track of the grid. */
export const TRACKS: Readonly<Record<string, string>> = {
  id: '76px',
  time: '172px',
  method: '68px',
  target: 'minmax(220px, 1fr)',
  status: '64px',
  verdict: '90px',
  took: '70px',
  sent: '68px',
  size: '68px',
  type: '130px',
  user: '104px',
  client: '112px',
  agent: '150px',
  label: '104px',
  stream: '96px',
}

/** Those that are shown where nobody chose. */
export const USUAL = [
  'time',
  'method',
  'target',
  'status',
  'verdict',
  'took',
  'size',
  'user',
  'label',
]

export const columns = column.columns([
  column.accessor('id', { id: 'id', header: 'Id' }),
  column.accessor('arrived_at', {
    id: 'time',
    header: 'Time',
    cell: ({ getValue }) => (
      <time dateTime={getValue()} title={fullText(getValue())}>
        <span className="date">{dateText(getValue())}</span> {timeText(getValue())}
      </time>
    ),
  }),
  column.accessor('method', {
    id: 'method',
    header: 'Method',
    cell: ({ getValue }) => (
      <span className={`method ${getValue().toLowerCase()}`}>{getValue()}</span>
    ),
  }),
  column.accessor('target', {
    id: 'target',
    header: 'Target',
    cell: ({ getValue, row }) => <Target id={row.original.id} target={getValue()} />,
  }),
  column.accessor('status', {
    id: 'status',
    header: 'Status',
    cell: ({ getValue }) => (
      <span className={`status s${familyOf(getValue())}`}>{getValue() ?? 'none'}</span>
    ),
  }),
  column.accessor('verdict', {
    id: 'verdict',
    header: 'Verdict',
    cell: ({ row }) => <VerdictMark {...row.original} />,
  }),
  column.accessor(tookOf, {
    id: 'took',
    header: 'Took',
    cell: ({ getValue }) => {
      const took = getValue()
      return took === null ? '' : durationText(took)
    },
  }),
  column.accessor('request_length', {
    id: 'sent',
    header: 'Sent',
    cell: ({ getValue }) => sizeText(getValue()),
  }),
  column.accessor('response_length', {
    id: 'size',
    header: 'Answer',
    cell: ({ getValue }) => {
      const length = getValue()
      return length === null ? '' : sizeText(length)
    },
  }),
  column.accessor('content_type', { id: 'type', header: 'Type' }),
  column.accessor('user_name', { id: 'user', header: 'User' }),
  column.accessor('client_address', { id: 'client', header: 'Client' }),
  column.accessor('user_agent', { id: 'agent', header: 'Agent' }),
  column.accessor('label', {
    id: 'label',
    header: 'Label',
    cell: ({ getValue }) => getValue() !== null && <span className="label">{getValue()}</span>,
  }),
  column.accessor('stream', { id: 'stream', header: 'Stream' }),
])

function Target({ id, target }: { id: number; target: string }) {
  const query = target.indexOf('?')
  const path = query === -1 ? target : target.slice(0, query)
  return (
    <a href={`/entries/${id}`} onClick={follow} title={target} tabIndex={-1}>
      {path}
      {query !== -1 && <span className="query">{target.slice(query)}</span>}
    </a>
  )
}

export function VerdictMark({
  verdict,
  cause,
  settled,
}: Pick<Row, 'verdict' | 'cause' | 'settled'>) {
  const words = settled === null ? cause : `settled: ${settled.replace('_', ' ')}`
  return (
    <span className={`verdict ${verdict}`} title={words ?? undefined}>
      <i aria-hidden="true" />
      {verdictText(verdict)}
    </span>
  )
}

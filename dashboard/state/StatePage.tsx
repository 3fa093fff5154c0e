import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, follow, usePlace } from '../address.ts'
import { answered, api } from '../api/client.ts'
import { Checkpoints } from '../checkpoints/Checkpoints.tsx'
import { Lives } from '../lives/Lives.tsx'
import { useNewestLives } from '../lives/lives.ts'
import { useMay } from '../session/session.ts'
import { StreamChoice } from '../shell/StreamChoice.tsx'
import { Failed, Loading, Nothing } from '../shell/states.tsx'
import { Doubts } from './Doubts.tsx'
import { findingsOf } from './findings.ts'
import { Holdings } from './Holdings.tsx'
import { isCheap, useProof } from './proof.ts'
import { Proof } from './Proof.tsx'
import { Recorders } from './Recorders.tsx'
import { Word } from './Word.tsx'

/** How often recorders are looked at, in ms; and what has to be counted. */
const PACE = 5_000
const COUNTING_PACE = 60_000

/** How things stand: who records, whether anything is missing, what is in doubt, how much there is. */
export function StatePage() {
  const { search } = usePlace()
  const said = useMemo(() => new URLSearchParams(search), [search])
  const stream = said.get('stream') ?? undefined
  const mayAdmin = useMay('admin')
  const lives = useNewestLives()
  const recorders = useQuery({
    queryKey: ['recorders', stream],
    queryFn: () => {
      const query = stream === undefined ? {} : { stream }
      return answered(api.GET('/api/recorders', { params: { query } }))
    },
    refetchInterval: PACE,
  })
  const streams = useQuery({
    queryKey: ['streams'],
    queryFn: () => answered(api.GET('/api/streams')),
    refetchInterval: COUNTING_PACE,
    staleTime: COUNTING_PACE,
  })
  const known = streams.data?.streams
  const own = useMemo(
    () => known?.filter((one) => stream === undefined || one.stream === stream),
    [known, stream],
  )
  const proof = useProof(stream, own !== undefined && isCheap(own))
  const failed = [recorders, streams].find(({ error }) => error !== null)
  if (failed !== undefined)
    return (
      <Failed what="How things stand" error={failed.error} onRetry={() => void failed.refetch()} />
    )
  if (recorders.data === undefined || own === undefined) return <Loading what="how things stand" />
  const all = recorders.data.recorders
  const change = (part: string, value: string) => {
    const next = new URLSearchParams(search)
    if (value === '') next.delete(part)
    else next.set(part, value)
    const query = next.toString()
    become(query === '' ? '/state' : `/state?${query}`)
  }
  if (all.length === 0) return <NothingYet stream={stream} />
  return (
    <div className="standing scrolls">
      <div className="standing-bar">
        <StreamChoice stream={stream} onStream={(chosen) => change('stream', chosen)} />
        <span className="gap" />
        {mayAdmin && (
          <a href="/trail" onClick={follow} title="Who did what (g t)">
            Audit trail
          </a>
        )}
      </div>
      <Word
        findings={findingsOf({
          ...{ recorders: all, streams: own, audit: proof.audit?.audit ?? null },
          lives: lives.filter((one) => stream === undefined || one.stream === stream),
        })}
        isProven={proof.audit !== null}
      />
      <Doubts
        streams={own}
        stream={stream}
        which={said.get('doubts') === 'settled' ? 'settled' : 'open'}
        onWhich={(which) => change('doubts', which === 'open' ? '' : which)}
      />
      <Recorders
        recorders={all}
        now={recorders.dataUpdatedAt}
        ended={said.get('recorders') === 'all' ? 'all' : 'latest'}
        onEnded={(ended) => change('recorders', ended === 'all' ? 'all' : '')}
      />
      <Lives key={stream ?? ''} stream={stream} />
      <Checkpoints key={`checkpoints ${stream ?? ''}`} streams={own} />
      <Proof proof={proof} />
      <Holdings streams={own} now={streams.dataUpdatedAt} />
    </div>
  )
}

function NothingYet({ stream }: { stream: string | undefined }) {
  return (
    <Nothing title={stream === undefined ? 'Nobody recorded yet' : `Nobody records ${stream}`}>
      {stream === undefined ? (
        <>
          Put the proxy in front of a backend: it is shown here as long as it runs, and what became
          of it afterwards.
          <pre>reprise proxy --target http://127.0.0.1:3000 --listen 127.0.0.1:8080</pre>
        </>
      ) : (
        <a href="/state" onClick={follow}>
          Show all streams
        </a>
      )}
    </Nothing>
  )
}

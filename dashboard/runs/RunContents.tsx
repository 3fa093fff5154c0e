import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { become, follow, usePlace } from '../address.ts'
import { answered, api, type Run } from '../api/client.ts'
import { AliasList } from './AliasList.tsx'
import { AttemptList } from './AttemptList.tsx'

/** What a run sent, or which values it met anew: its address says which. */
export function RunContents({ run, outcome }: { run: Run; outcome: string }) {
  const { search } = usePlace()
  const isValues = useMemo(() => new URLSearchParams(search).get('show') === 'values', [search])
  return (
    <>
      <div className="contents-bar">
        <div className="toggles" role="group" aria-label="What is shown">
          <button type="button" aria-pressed={!isValues} onClick={() => become(`/runs/${run.id}`)}>
            Attempts
          </button>
          <button
            type="button"
            aria-pressed={isValues}
            onClick={() => become(`/runs/${run.id}?show=values`)}
          >
            Values made anew
          </button>
        </div>
        <RunBefore run={run} />
      </div>
      {isValues ? (
        <AliasList key={run.id} run={run} />
      ) : (
        <AttemptList key={`${run.id} ${outcome}`} {...{ run, outcome }} />
      )}
    </>
  )
}

/** A way to the comparison that is wanted most: with the run of the stream before this one. */
function RunBefore({ run: { id, stream } }: { run: Run }) {
  const { data } = useQuery({
    queryKey: ['run before', id],
    queryFn: async () => {
      const query = { stream, before: id, limit: 1 }
      return (await answered(api.GET('/api/runs', { params: { query } }))).runs[0] ?? null
    },
    staleTime: 60_000,
  })
  if (data === undefined || data === null) return null
  return (
    <a href={`/runs/${data.id}/against/${id}`} onClick={follow}>
      Compare with run {data.id}
    </a>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { follow } from '../address.ts'
import { answered, api } from '../api/client.ts'
import { AttemptRow } from '../runs/AttemptRow.tsx'

/** What became of an entry in replays. */
export function Attempts({ id }: { id: number }) {
  const { data } = useQuery({
    queryKey: ['attempts of', id],
    queryFn: () =>
      answered(
        api.GET('/api/entries/{id}/attempts', { params: { path: { id }, query: { limit: 50 } } }),
      ),
  })
  const [open, setOpen] = useState<number | null>(null)
  const attempts = data?.attempts ?? []
  return (
    <section className="attempts" aria-labelledby="attempts">
      <h2 id="attempts">Replays of it</h2>
      {data !== undefined && attempts.length === 0 && (
        <p className="muted">No replay sent it yet.</p>
      )}
      {attempts.map((attempt) => (
        <AttemptRow
          key={attempt.run}
          {...{ attempt, run: attempt.run, isOpen: open === attempt.run }}
          onTurn={() => setOpen(open === attempt.run ? null : attempt.run)}
        >
          <a href={`/runs/${attempt.run}`} onClick={follow}>
            Run {attempt.run}
          </a>
        </AttemptRow>
      ))}
    </section>
  )
}

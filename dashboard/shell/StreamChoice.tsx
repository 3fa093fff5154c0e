import { useQuery } from '@tanstack/react-query'
import { answered, api } from '../api/client.ts'

/** Which stream, where there are several. */
export function StreamChoice({
  stream = '',
  onStream,
}: {
  stream: string | undefined
  onStream: (stream: string) => void
}) {
  const { data } = useQuery({
    queryKey: ['streams'],
    queryFn: () => answered(api.GET('/api/streams')),
    staleTime: 60_000,
  })
  const names = (data?.streams ?? []).map((one) => one.stream)
  if (stream !== '' && !names.includes(stream)) names.push(stream)
  if (names.length < 2 && stream === '') return null
  return (
    <select aria-label="Stream" value={stream} onChange={({ target }) => onStream(target.value)}>
      <option value="">All streams</option>
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  )
}

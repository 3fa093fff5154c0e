import { SearchForm } from '../shell/SearchForm.tsx'
import { StreamChoice } from '../shell/StreamChoice.tsx'
import { Toggles } from '../shell/Toggles.tsx'
import { toggled, type Filter } from './filter.ts'
import { parseWords, printWords } from './words.ts'

const VERDICTS = ['applied', 'failed', 'in_doubt', 'context'] as const
const FAMILIES = ['2xx', '3xx', '4xx', '5xx'] as const
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The filter as words to type, and its usual parts as buttons. */
export function FilterBar({
  filter,
  onFilter,
}: {
  filter: Filter
  onFilter: (filter: Filter) => void
}) {
  const { stream } = filter
  const toggle = (name: 'verdict' | 'status' | 'method', value: string) =>
    onFilter({ ...filter, [name]: toggled(filter[name], value) })
  return (
    <SearchForm
      text={printWords(filter)}
      onText={(text) => onFilter({ ...parseWords(text), ...(stream && { stream }) })}
      label="Search and filter"
      placeholder='Search: /api/*  status:5xx  user:ada  "text in bodies"'
      before={
        <StreamChoice
          stream={stream}
          onStream={(chosen) => onFilter({ ...filter, stream: chosen })}
        />
      }
    >
      <Toggles
        name="Methods"
        all={METHODS}
        on={filter.method}
        onToggle={(one) => toggle('method', one)}
      />
      <Toggles
        name="Statuses"
        all={FAMILIES}
        on={filter.status}
        onToggle={(one) => toggle('status', one)}
      />
      <Toggles
        name="Verdicts"
        all={VERDICTS}
        on={filter.verdict}
        onToggle={(one) => toggle('verdict', one)}
      />
    </SearchForm>
  )
}

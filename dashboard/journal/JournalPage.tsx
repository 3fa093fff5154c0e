import { useCallback, useMemo, useState } from 'react'
import { become, usePlace } from '../address.ts'
import { matchText, useCounts } from './counting.ts'
import { addressOf, changed, queryOf, viewOf, type Filter } from './filter.ts'
import { EntryList } from './EntryList.tsx'
import { FilterBar } from './FilterBar.tsx'
import { StripChart } from './StripChart.tsx'
import { ViewBar } from './ViewBar.tsx'

/** The journal: what its address says, as a chart over time and as a list. */
export function JournalPage() {
  const { search } = usePlace()
  const view = useMemo(() => viewOf(search), [search])
  const { filter } = view
  // Each turn reads the list anew, from the newest on.
  const [turn, setTurn] = useState(0)
  const narrow = useCallback(
    (parts: Filter) => become(addressOf({ ...view, filter: changed(view.filter, parts) })),
    [view],
  )
  const counts = useCounts(filter, turn)
  const again = useCallback(() => setTurn((n) => n + 1), [])
  return (
    <>
      <FilterBar
        filter={filter}
        onFilter={(next) => become(addressOf({ ...view, filter: next }))}
      />
      <StripChart filter={filter} counts={counts} onTime={narrow} />
      <EntryList
        key={`${queryOf(filter)} ${turn}`}
        filter={filter}
        turn={turn}
        columns={view.columns}
        onAgain={again}
        matches={matchText(filter, counts)}
        renderBar={(status) => (
          <ViewBar view={view} onView={(next) => become(addressOf(next))}>
            {status}
          </ViewBar>
        )}
      />
    </>
  )
}

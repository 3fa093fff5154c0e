import { toggled } from '../journal/filter.ts'
import { Menu } from '../shell/Menu.tsx'
import { SearchForm } from '../shell/SearchForm.tsx'
import { StreamChoice } from '../shell/StreamChoice.tsx'
import { Toggles } from '../shell/Toggles.tsx'
import { localOf, momentOf, RUN_STATES, type RunFilter } from './run-filter.ts'

interface RunSearchProps {
  filter: RunFilter
  onFilter: (parts: RunFilter) => void
}

/** Which runs are listed: a text to look for, and buttons. */
export function RunSearch({ filter, onFilter }: RunSearchProps) {
  const { text = '', stream, state } = filter
  return (
    <SearchForm
      text={text}
      onText={(typed) => onFilter({ text: typed })}
      label="Search runs"
      placeholder="Search: a part of the target, or of what was selected"
      most={200}
      lines="several"
      before={<StreamChoice stream={stream} onStream={(chosen) => onFilter({ stream: chosen })} />}
    >
      <Toggles
        name="States"
        all={RUN_STATES}
        on={state}
        onToggle={(one) => onFilter({ state: toggled(state, one) })}
      />
      <TimeMenu {...{ filter, onFilter }} />
    </SearchForm>
  )
}

const LAST: readonly [name: string, ms: number][] = [
  ['Last hour', 3_600_000],
  ['Last 24 h', 86_400_000],
  ['Last 7 days', 7 * 86_400_000],
]

function TimeMenu({ filter: { since, until }, onFilter }: RunSearchProps) {
  const isAny = since === undefined && until === undefined
  const between = `${localOf(since).replace('T', ' ') || '…'} to ${localOf(until).replace('T', ' ') || 'now'}`
  return (
    <Menu text={isAny ? 'Any time' : between}>
      <div className="fields">
        <div className="toggles">
          {LAST.map(([name, ms]) => (
            <button
              key={name}
              type="button"
              onClick={() => {
                const from = new Date(Date.now() - ms).toISOString()
                onFilter({ since: `${from.slice(0, 16)}Z`, until: '' })
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <label className="field">
          Begun at or after
          <input
            type="datetime-local"
            value={localOf(since)}
            onChange={({ target }) => onFilter({ since: momentOf(target.value) })}
          />
        </label>
        <label className="field">
          Begun before
          <input
            type="datetime-local"
            value={localOf(until)}
            onChange={({ target }) => onFilter({ until: momentOf(target.value) })}
          />
        </label>
        <button type="button" disabled={isAny} onClick={() => onFilter({ since: '', until: '' })}>
          Any time
        </button>
      </div>
    </Menu>
  )
}

import { useState, type ReactNode } from 'react'
import { Menu } from '../shell/Menu.tsx'
import { columns, USUAL } from './columns.tsx'
import { addressOf, toggled, viewOf, type View } from './filter.ts'
import { dropView, keepView, savedViews } from './saved-views.ts'

/** What the list is doing, and what it looks like: its columns, and views that were saved. */
export function ViewBar({
  view,
  onView,
  children,
}: {
  view: View
  onView: (view: View) => void
  children: ReactNode
}) {
  const shown = view.columns ?? USUAL
  const inOrder = (names: readonly string[]) =>
    columns.map(({ id }) => id!).filter((id) => names.includes(id))
  const choose = (id: string) => {
    const next = inOrder(toggled(shown.join(','), id).split(','))
    onView({ ...view, columns: next.join() === USUAL.join() ? null : next })
  }
  return (
    <div className="view-bar">
      {children}
      <Menu text="Columns">
        <ul className="checks">
          {columns.map(({ id, header }) => (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={shown.includes(id!)}
                  disabled={id === 'target'}
                  onChange={() => choose(id!)}
                />
                {String(header)}
              </label>
            </li>
          ))}
        </ul>
      </Menu>
      <SavedViews view={view} onView={onView} />
    </div>
  )
}

function SavedViews({ view, onView }: { view: View; onView: (view: View) => void }) {
  const [views, setViews] = useState(savedViews)
  const [name, setName] = useState('')
  const here = addressOf(view)
  return (
    <Menu text="Views">
      {views.length === 0 && <p className="muted">None is saved in this browser yet.</p>}
      <ul className="saved">
        {views.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              aria-current={one.address === here || undefined}
              onClick={() => onView(viewOf(one.address.slice(1)))}
            >
              {one.name}
            </button>
            <button
              type="button"
              className="icon"
              aria-label={`Remove ${one.name}`}
              onClick={() => setViews(dropView(one.name))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setViews(keepView({ name: name.trim(), address: here }))
          setName('')
        }}
      >
        <input
          type="text"
          aria-label="Name of this view"
          placeholder="Name of this view"
          maxLength={60}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <button type="submit" disabled={name.trim() === ''}>
          Save
        </button>
      </form>
    </Menu>
  )
}

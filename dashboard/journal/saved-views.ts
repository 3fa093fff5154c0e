// Views that somebody gave a name, in this browser.

export interface SavedView {
  name: string
  address: string
}

const KEY = 'reprise.views'

export function savedViews(): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isView) : []
  } catch {
    // What somebody else left there is no view.
    return []
  }
}

/** With this one; it takes the place of another of its name. */
export function keepView(view: SavedView): readonly SavedView[] {
  return keep([...savedViews().filter(({ name }) => name !== view.name), view])
}

export function dropView(name: string): readonly SavedView[] {
  return keep(savedViews().filter((view) => view.name !== name))
}

function keep(views: readonly SavedView[]): readonly SavedView[] {
  localStorage.setItem(KEY, JSON.stringify(views))
  return views
}

function isView(value: unknown): value is SavedView {
  const { name, address } = (value ?? {}) as Partial<SavedView>
  return typeof name === 'string' && typeof address === 'string' && address.startsWith('/')
}

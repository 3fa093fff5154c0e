// Where somebody was in the list when they went to look at an entry, so that the entry's view knows
// its neighbours and the list comes back as it was left. It lives as long as the page does.

export interface Trail {
  /** The filter and turn of the list. */
  list: string
  address: string
  ids: readonly number[]
  at: number
  top: number
}

let trail: Trail | null = null

export const leaveTrail = (left: Trail) => void (trail = left)
/** Of the list as it was left. */
export const listAddress = () => trail?.address ?? '/'

export const trailOf = (list: string) => (trail?.list === list ? trail : null)

/** The entries beside one in the list that it was opened from. */
export function neighboursOf(id: number): { previous?: number; next?: number } {
  const place = trail?.ids.indexOf(id) ?? -1
  if (trail === null || place === -1) return {}
  const previous = trail.ids[place - 1]
  const next = trail.ids[place + 1]
  return { ...(previous !== undefined && { previous }), ...(next !== undefined && { next }) }
}

/** The list goes back to the entry that was looked at last. */
export function moveTrail(id: number): void {
  if (trail === null) return
  const place = trail.ids.indexOf(id)
  if (place === -1) return
  const before = trail.ids.indexOf(trail.ids[trail.at] ?? -1)
  trail = { ...trail, at: before === -1 ? trail.at : trail.at + place - before }
}

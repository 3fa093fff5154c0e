// Globs over paths: `*` within a segment, `**` over several, `?` one character of a segment.

export type Step = { kind: 'character'; is: string } | { kind: 'any' | 'run' | 'long run' | 'end' }

/**
 * A function that says whether a whole path matches. All places of the glob where the path may stand
 * are followed at once, character by character: whatever the glob, the time is at most its length times
 * the path's. (A backtracking regular expression takes that to the power of its stars.)
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const steps = stepsOf(glob)
  return (path) => {
    let places: number[] = []
    enter(steps, places, 0)
    for (let i = 0; i < path.length && places.length > 0; i++) {
      const next: number[] = []
      for (const place of places) {
        const step = steps[place]!
        if (takes(step, path[i]!)) enter(steps, next, isRun(step) ? place : place + 1)
      }
      places = next
    }
    return places.at(-1) === steps.length - 1
  }
}

export function stepsOf(glob: string): Step[] {
  const steps = [...glob.matchAll(/\*\*+|[^]/g)].map(([part]): Step => {
    if (part === '?') return { kind: 'any' }
    if (!part.startsWith('*')) return { kind: 'character', is: part }
    return { kind: part === '*' ? 'run' : 'long run' }
  })
  return [...steps, { kind: 'end' }]
}

export function takes(step: Step, character: string): boolean {
  if (step.kind === 'end') return false
  if (step.kind === 'character') return step.is === character
  return step.kind === 'long run' || character !== '/'
}

export function isRun({ kind }: Step): boolean {
  return kind === 'run' || kind === 'long run'
}

/**
 * Adds a place, and those behind it up to the next step that takes a character: a run may be of
 * nothing. Places come in ascending order, so that the last one tells which are there.
 */
export function enter(steps: readonly Step[], places: number[], place: number): void {
  for (let at = place; ; at++) {
    if (at > (places.at(-1) ?? -1)) places.push(at)
    if (!isRun(steps[at]!)) return
  }
}

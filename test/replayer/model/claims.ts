// Two requests that are under way at once and do not commute have no order that a recording could tell,
// so clients of the model keep out of each other's way, as those of an application do that works. What
// commutes, and what the backend itself arbitrates by entity-tags, they do side by side.

/** `read`: others may read it too. `guarded`: others too may try, by its tag. `changed`: nobody else. */
export type Claim = 'read' | 'guarded' | 'changed'

export class Claims {
  readonly #held = new Map<string, Claim[]>()

  /** A function that lets them go; null where somebody is in the way. */
  take(wanted: Readonly<Record<string, Claim>>): (() => void) | null {
    const entries = Object.entries(wanted)
    const isFree = entries.every(([name, claim]) =>
      (this.#held.get(name) ?? []).every((other) => other === claim && claim !== 'changed'),
    )
    if (!isFree) return null
    for (const [name, claim] of entries) {
      this.#held.set(name, [...(this.#held.get(name) ?? []), claim])
    }
    return () => {
      for (const [name, claim] of entries) {
        const held = this.#held.get(name)!
        held.splice(held.indexOf(claim), 1)
      }
    }
  }
}

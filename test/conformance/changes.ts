/** Lets others wait for what changes from time to time. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  tell(): void {
    for (const look of this.#waiting) look()
  }

  /** Resolves once it holds; looked at whenever a change is told. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}

import { randomUUID } from 'node:crypto'

export type CommandState = 'queued' | 'running' | 'done'

/** No wall-clock times: two queues that went through the same changes must be equal. */
export interface Command {
  readonly id: string
  readonly command: string
  readonly state: CommandState
}

export interface CommandChange {
  readonly command?: string | undefined
  readonly state?: CommandState | undefined
}

/**
 * `sequential`: "1", "2", "3", from "1" again after each reboot, so that a replay in
 * order meets the same ids. `random`: UUIDs, so that it never does.
 */
export type IdStyle = 'sequential' | 'random'

/** The volatile state of the backend: nothing in here survives {@link CommandQueue.reboot}. */
export class CommandQueue {
  readonly #ids: IdStyle
  readonly #commands = new Map<string, Command>()
  #made = 0
  #bootId = randomUUID()
  #bootedAt = performance.now()

  constructor(ids: IdStyle) {
    this.#ids = ids
  }

  get bootId(): string {
    return this.#bootId
  }

  /** Whole seconds since the start or the last reboot. */
  get uptimeSeconds(): number {
    return Math.floor((performance.now() - this.#bootedAt) / 1000)
  }

  /** In the order of arrival. */
  list(): Command[] {
    return [...this.#commands.values()]
  }

  get(id: string): Command | undefined {
    return this.#commands.get(id)
  }

  add(text: string): Command {
    this.#made += 1
    const id = this.#ids === 'random' ? randomUUID() : String(this.#made)
    const command: Command = { id, command: text, state: 'queued' }
    this.#commands.set(id, command)
    return command
  }

  /** The changed command, at its old place in the queue; undefined when there is none. */
  change(id: string, change: CommandChange): Command | undefined {
    const old = this.#commands.get(id)
    if (old === undefined) return undefined
    const command: Command = {
      id,
      command: change.command ?? old.command,
      state: change.state ?? old.state,
    }
    this.#commands.set(id, command)
    return command
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#commands.delete(id)
  }

  /** How many there were. Ids go on from where they are: only a reboot starts them again. */
  clear(): number {
    const cleared = this.#commands.size
    this.#commands.clear()
    return cleared
  }

  reboot(): void {
    this.#commands.clear()
    this.#made = 0
    this.#bootId = randomUUID()
    this.#bootedAt = performance.now()
  }
}

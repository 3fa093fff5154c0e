import type { Readable, Writable } from 'node:stream'
import type { Settings, SettingsTable } from './settings.ts'

/** What a command may touch of the outside. Tests hand in their own. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  stdin: Readable & { isTTY?: boolean }
  stdout: Writable & { isTTY?: boolean; columns?: number }
  stderr: Writable & { isTTY?: boolean; columns?: number }
  /** Aborted when the user or the system asks to stop; a second time ends the process. */
  signal: AbortSignal
  /** Calls back at each SIGHUP; where nobody asks for that, SIGHUP asks to stop. */
  onHangUp: (listener: () => void) => void
}

export interface Command<T extends SettingsTable = SettingsTable> {
  /** What `--help` says besides the settings: examples, exit codes. */
  details?: string
  settings: T
  /** Settings that may be given without their flags, in this order, before lists. */
  words?: readonly (keyof T & string)[]
  /** Without words it does its work on all that there is. */
  wordsMayLack?: true
  /** The setting that gets all that stands behind `--`, as a command of the shell. */
  behind?: keyof T & string
  /** What is missing where the settings are taken together, by name. Wrong ones are undefined here. */
  missing?: (settings: Partial<Settings<T>>, surroundings: Surroundings) => Missing
  /** Answers the exit code (see EXIT). */
  run: (settings: Settings<T>, surroundings: Surroundings) => Promise<number>
}

/** Setting names and what was expected of each. */
export type Missing = Readonly<Record<string, string>>

/** Ties a command's run to the types of its settings. */
export function command<const T extends SettingsTable>(definition: Command<T>): Command {
  return definition as unknown as Command
}

/** Exit codes, the same for all commands. */
export const EXIT = {
  ok: 0,
  /** A request failed, or the run stopped before its end; what was looked for is not as it must be. */
  failed: 1,
  /** Wrong settings: nothing was done. */
  usage: 2,
  /** All was answered, but not all as recorded. */
  differs: 3,
  /** Something that it needs is not there: PostgreSQL, an address, a stream. */
  unavailable: 4,
  /** What was to fail again did not fail. */
  notFailed: 5,
  interrupted: 130,
} as const

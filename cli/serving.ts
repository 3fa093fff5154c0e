import { once } from 'node:events'
import type { Surroundings } from './command.ts'

/** How long what runs may take to finish once an end was asked for, in ms. */
export const SHUTDOWN_DEADLINE = 10_000

/** Prints the line by which others know that it serves, and where. */
export function sayReady({ stdout }: Surroundings, url: string): void {
  stdout.write(`ready ${url}\n`)
}

/** Resolves when the user or the system asks to stop. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** A log line on stderr: time, who, what. */
export function logger(
  { stderr }: Pick<Surroundings, 'stderr'>,
  who: string,
): (message: string) => void {
  return (message) => void stderr.write(`${new Date().toISOString()} ${who}: ${message}\n`)
}

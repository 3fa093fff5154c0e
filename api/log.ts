import type { Say } from '../telemetry/log.ts'

/** Takes what would be a line of the log. `facts`: such as the method and the status of a request. */
export type Log = (
  message: string,
  level: 'debug' | 'info' | 'warn' | 'error',
  facts: Readonly<Record<string, string | number | undefined>>,
) => void

/** Without one, warnings and errors are warnings of the process (`RepriseWarning`), and the rest is dropped. */
export function sayTo(log: Log | undefined): Say {
  return (message, level = 'warn', facts = {}) => {
    if (log !== undefined) log(message, level, { ...facts })
    else if (level === 'warn' || level === 'error') process.emitWarning(message, 'RepriseWarning')
  }
}

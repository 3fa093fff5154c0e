import { pino } from 'pino'

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof LEVELS)[number]

/**
 * What a line may tell besides its message. These and no others are logged: fields and bodies of
 * requests hold secrets, and so do query strings.
 */
export interface Facts {
  /** Of journal/problem.ts. */
  code?: string
  /** Of a mutation, as its recorder numbered it. */
  number?: number
  /** An id by which lines of one request are found. */
  request?: string
  /** Of the W3C Trace Context that the request came with. */
  trace?: string
  client?: string
  protocol?: string
  method?: string
  target?: string
  status?: number
  /** In ms. */
  duration?: number
  stack?: string
}

/** Says something to whoever keeps the process running; as a warning where no level is given. */
export type Say = (message: string, level?: Level, facts?: Facts) => void

/** Who says it. */
export interface Speaker {
  component: string
  stream?: string
  worker?: number
}

export interface LogOptions {
  format: 'text' | 'json'
  /** Lines below it are left out. */
  level: Level
  to: { write(text: string): unknown }
  speaker: Speaker
}

/** As JSON, a line an object, with level, time, msg and what else is known; or as text to be read. */
export function openLog({ format, level, to, speaker }: LogOptions): Say {
  const destination =
    format === 'json'
      ? { write: (line: string) => void to.write(line) }
      : { write: (line: string) => void to.write(asText(JSON.parse(line) as Line)) }
  const log = pino(
    {
      ...{ level, base: speaker, timestamp: pino.stdTimeFunctions.isoTime },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  return (message, at = 'warn', facts = {}) => log[at](facts, message)
}

interface Line extends Speaker {
  time: string
  msg: string
  stack?: string
}

function asText({ time, component, worker, msg, stack }: Line): string {
  const who = worker === undefined ? component : `${component} ${worker}`
  const told = `${time} ${who}: ${inLine(msg)}\n`
  return stack === undefined ? told : `${told}    ${inLine(stack)}\n`
}

/**
 * What somebody else may have had a say in: its further lines are told from those of the log by what
 * stands before them, and a terminal is not made to do anything.
 */
function inLine(text: string): string {
  return text
    .replaceAll(/\r?\n/g, '\n    ')
    .replaceAll(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// oxlint-disable-next-line no-control-regex -- these are what it is about
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g

import type { Readable, Writable } from 'node:stream'
import type * as Clack from '@clack/prompts'
import type { Entry } from '../journal/entry.ts'
import type { Choice } from './run.ts'
import type { Plan } from './plan.ts'
import { entryDetails, planWords } from './show.ts'
import type { TableWidths } from './table.ts'

// The one file that imports the prompt library. Every question answers null when the user leaves
// with Ctrl-C or Escape. Most commands ask nothing: it is loaded at the first question.

const library = () => import('@clack/prompts')

/** Where questions are asked: not where results go, so that those can be piped on. */
export interface Terminal {
  input: Readable
  output: Writable & { columns?: number }
  signal: AbortSignal
}

/** What the user wants done: asked by the wizard, or given by flags. */
export interface Wished {
  plan: Plan
  target: URL
  mode: 'dry' | 'each' | 'all'
}

export async function begin(title: string, { output }: Terminal): Promise<void> {
  const clack = await library()
  clack.intro(title, { output })
}

export async function leave(message: string, { output }: Terminal): Promise<void> {
  const clack = await library()
  clack.outro(message, { output })
}

export async function tell(message: string, { output }: Terminal): Promise<void> {
  const clack = await library()
  clack.log.message(message, { output })
}

export async function choose<T extends string>(
  message: string,
  options: readonly { value: T; label: string; hint?: string }[],
  terminal: Terminal,
): Promise<T | null> {
  // The library's option type depends on the type of the value, which is open here.
  const list = options as unknown as Parameters<typeof Clack.select<T>>[0]['options']
  const clack = await library()
  return unlessLeft(await clack.select<T>({ message, options: list, ...streams(terminal) }))
}

/** A line of text that `parse` accepts: it throws an Error that says what is expected. */
export async function askText<T>(
  message: string,
  start: string,
  parse: (text: string) => T,
  terminal: Terminal,
): Promise<T | null> {
  const clack = await library()
  const answer = unlessLeft(
    await clack.text({
      message,
      initialValue: start,
      validate: (text) => refusal(() => parse(text ?? '')),
      ...streams(terminal),
    }),
  )
  return answer === null ? null : parse(answer)
}

/** Asks before all is sent. */
export function confirmRun({ plan, target }: Wished, terminal: Terminal): Promise<boolean> {
  return confirm(`Send ${planWords(plan)} to ${target.href.replace(/\/$/, '')}?`, terminal)
}

/** The default is no, and so is leaving. */
export async function confirm(message: string, terminal: Terminal): Promise<boolean> {
  const clack = await library()
  const answer = await clack.confirm({ message, initialValue: false, ...streams(terminal) })
  return unlessLeft(answer) ?? false
}

/** Shows each request and asks what to do with it; the default is no. */
export function askAboutEntry(planned: number, widths: TableWidths, terminal: Terminal) {
  return async (entry: Entry, position: number): Promise<Choice | null> => {
    const title = `${position + 1} of ${planned}: entry ${entry.id}`
    terminal.output.write(`\n${title}\n${entryDetails(entry, widths)}`)
    const clack = await library()
    const answer = await clack.text({
      message: 'Send it? (y)es, (n)o, (a)ll the rest, (q)uit',
      placeholder: 'no',
      defaultValue: 'no',
      validate: (text) => refusal(() => parseChoice(text ?? '')),
      ...streams(terminal),
    })
    const text = unlessLeft(answer)
    return text === null ? null : parseChoice(text)
  }
}

function parseChoice(text: string): Choice {
  const word = text.trim().toLowerCase()
  if (word === '') return 'no'
  const choice = (['yes', 'no', 'all', 'quit'] as const).find(
    (one) => one === word || one[0] === word,
  )
  if (choice === undefined) throw new RangeError('expected y, n, a or q')
  return choice
}

function streams({ input, output, signal }: Terminal) {
  return { input, output, signal }
}

/** Who leaves answers with a symbol. */
function unlessLeft<T>(answer: T): Exclude<T, symbol> | null {
  return typeof answer === 'symbol' ? null : (answer as Exclude<T, symbol>)
}

function refusal(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

import { z } from '@hono/zod-openapi'
import { VERDICTS } from '../../journal/entry.ts'
import { parseStatusRange } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'

// What is taken in an address: numbers, pages, lists and the filter of entries.

/** Of a filter: parts of a list, characters of each, and of all: a head has room for 16 KiB. */
const MOST_PARTS = 50
const MOST_CHARACTERS = 500
const MOST_OF_LIST = 10_000

/** A list in one parameter, separated by commas, each part parsed; parsers throw what they expect. */
export function list<T>(parse: (text: string) => T, description: string, example: string) {
  return z
    .string()
    .max(MOST_OF_LIST)
    .transform((text, context) => {
      try {
        const parts = text.split(',', MOST_PARTS + 1)
        if (parts.length > MOST_PARTS) throw new RangeError(`expected at most ${MOST_PARTS} parts`)
        if (parts.some((part) => part.length > MOST_CHARACTERS)) {
          throw new RangeError(`expected at most ${MOST_CHARACTERS} characters between the commas`)
        }
        return parts.map((part) => parse(part.trim()))
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message })
        return z.NEVER
      }
    })
    .optional()
    .openapi({
      ...{ type: 'string', maxLength: MOST_OF_LIST },
      ...{ description: `${description} Several with commas.`, example },
    })
}

/** Digits and nothing else: what Number() makes of `1e3` or of nothing is not what was meant. */
export function whole(from: number, to: number) {
  return z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(from).max(to))
    .openapi({ type: 'integer', minimum: from, maximum: to })
}

export const IdNumber = whole(0, Number.MAX_SAFE_INTEGER)

/** Of an attempt, or of what was made anew in a run: as high as PostgreSQL counts them. */
export const PlaceInRun = whole(0, 2 ** 31 - 1)

export const PageSize = whole(1, 1000)
  .default(100)
  .openapi({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })

function moment(description: string) {
  return z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text) * 1000)
    .optional()
    .openapi({ type: 'string', format: 'date-time', description })
}

const word = (text: string) => {
  if (text === '') throw new RangeError('expected a word between the commas')
  return text
}

const idOf = (text: string) => {
  const parsed = IdNumber.safeParse(text)
  if (!parsed.success) throw new RangeError(`expected an id, got '${text}'`)
  return parsed.data
}

const verdict = (text: string) => {
  const found = VERDICTS.find((one) => one === text)
  if (found === undefined)
    throw new RangeError(`expected one of ${VERDICTS.join(', ')}, got '${text}'`)
  return found
}

/** As long as the recorder lets one be. */
export const StreamName = z.string().max(200)

export const FilterQuery = z.strictObject({
  stream: StreamName.optional().openapi({ description: 'Entries of this stream.' }),
  id: list(idOf, 'Entries of these ids.', '12,17'),
  id__gte: IdNumber.optional().openapi({ description: 'Entries from this id on.' }),
  id__lte: IdNumber.optional().openapi({ description: 'Entries up to this id.' }),
  method: list((text) => word(text).toUpperCase(), 'Methods.', 'POST,DELETE'),
  path: list(parsePathPattern, 'Paths: /exact, /prefix/* or a glob.', '/api/*'),
  excluded_path: list(parsePathPattern, 'Paths to leave out.', '/api/login'),
  status: list(parseStatusRange, 'Recorded answers.', '2xx,404,500-503'),
  verdict: list(verdict, 'Verdicts.', 'applied,in_doubt'),
  label: list(word, 'Labels.', 'bug-17'),
  user: list(word, 'Users, as far as requests told.', 'ada'),
  client: list(word, 'Addresses of clients.', '192.0.2.7'),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({
      description:
        'Stands in the target or in a body of one piece, byte for byte as on the wire. Reads every ' +
        'body that the rest of the filter leaves: /api/search does so a window at a time.',
    }),
  since: moment('Arrived at or after.'),
  until: moment('Arrived before.'),
})

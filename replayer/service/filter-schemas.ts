import { z } from '@hono/zod-openapi'
import { VERDICTS } from '../../journal/entry.ts'
import { parseStatusRange } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'

// What is taken in an address: numbers, pages, lists and the filter of entries.

/** Of a filter: parts of a list, characters of each, and of all: a head has room for 16 KiB. */
const MOST_PARTS = 50
const MOST_CHARACTERS = 500
const MOST_OF_LIST = 10_000
/** Of a list of ids: as many as somebody chooses by hand. */
const MOST_IDS = 500

/** A text that is parsed; parsers throw what they expect. */
export function parsed<T>(parse: (text: string) => T, most: number) {
  return z
    .string()
    .max(most)
    .transform((text, context) => {
      try {
        return parse(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message })
        return z.NEVER
      }
    })
}

/** A list in one parameter, separated by commas, each part parsed. */
export function list<T>(
  parse: (text: string) => T,
  description: string,
  example: string,
  most = MOST_PARTS,
) {
  return parsed((text) => {
    const parts = text.split(',', most + 1)
    if (parts.length > most) throw new RangeError(`expected at most ${most} parts`)
    if (parts.some((part) => part.length > MOST_CHARACTERS)) {
      throw new RangeError(`expected at most ${MOST_CHARACTERS} characters between the commas`)
    }
    return parts.map((part) => parse(part.trim()))
  }, MOST_OF_LIST)
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

/** Of an epoch of a stream. */
export const EpochNumber = whole(1, 2 ** 31 - 1)

export const PageSize = whole(1, 1000)
  .default(100)
  .openapi({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })

/** With or without seconds: people leave them out. */
const MOMENTS = [z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]

export function moment(description: string) {
  return parsed((text) => {
    if (MOMENTS.some((form) => form.safeParse(text).success)) return Date.parse(text) * 1000
    throw new RangeError(`expected a moment such as 2026-01-31T12:00:00Z, got '${text}'`)
  }, 100)
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

/** One of some words, for a list. */
export function wordAmong<const T extends string>(words: readonly T[]) {
  return (text: string): T => {
    const found = words.find((one) => one === text)
    if (found !== undefined) return found
    throw new RangeError(`expected one of ${words.join(', ')}, got '${text}'`)
  }
}

/** As long as the recorder lets one be. */
export const StreamName = z.string().min(1).max(200)

export const FilterQuery = z.strictObject({
  stream: StreamName.optional().openapi({ description: 'Entries of this stream.' }),
  id: list(idOf, 'Entries of these ids.', '12,17', MOST_IDS),
  id__gte: IdNumber.optional().openapi({ description: 'Entries from this id on.' }),
  id__lte: IdNumber.optional().openapi({ description: 'Entries up to this id.' }),
  method: list((text) => word(text).toUpperCase(), 'Methods.', 'POST,DELETE'),
  path: list(parsePathPattern, 'Paths: /exact, /prefix/* or a glob.', '/api/*'),
  excluded_path: list(parsePathPattern, 'Paths to leave out.', '/api/login'),
  status: list(parseStatusRange, 'Recorded answers.', '2xx,404,500-503'),
  verdict: list(wordAmong(VERDICTS), 'Verdicts.', 'applied,in_doubt'),
  settled: parsed(wordAmong(['yes', 'no']), 10)
    .optional()
    .openapi({
      ...{ type: 'string', pattern: '^(yes|no)$' },
      description:
        'Of what was in doubt: only what is settled, or nothing that is. verdict=in_doubt&settled=no ' +
        'is what has to be settled.',
    }),
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
        'Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in ' +
        'one that is compressed. Reads every body that the rest of the filter leaves: /api/search ' +
        'does so a window at a time.',
    }),
  since: moment('Arrived at or after.'),
  until: moment('Arrived before.'),
})

import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './door/needs.ts'
import { events, json, problems, problemsOfOne } from './responses.ts'
import * as attempts from './attempt-schemas.ts'
import * as entries from './entry-schemas.ts'
import * as filters from './filter-schemas.ts'
import * as schemas from './schemas.ts'

// What the page looks at besides entries one by one: searches, counts over time, what is new.

export const SearchQuery = entries.PageQuery.extend({
  window: filters
    .whole(1, 20_000)
    .default(5_000)
    .openapi({
      description: 'Entries to look at one after the other, at most.',
      ...{ type: 'integer', minimum: 1, maximum: 20_000, default: 5_000 },
    }),
})

const SearchPage = entries.EntryPage.extend({
  scanned: z.number().int().openapi({
    description: 'How many entries were looked at, but for those that an index let it skip.',
  }),
  latest_id: z.number().int().nullable().openapi({
    description: 'The highest id there was; entries with a higher one are new. On the first page.',
  }),
  reached: schemas.timestamp.nullable().openapi({
    description: 'Up to when all that match were found; null: all were.',
  }),
}).openapi('SearchPage')

export const TimelineQuery = filters.FilterQuery.extend({
  spans: filters
    .whole(1, 500)
    .default(120)
    .openapi({
      description: 'How many spans at most.',
      ...{ type: 'integer', minimum: 1, maximum: 500, default: 120 },
    }),
  after: entries.PageQuery.shape.after,
})

const count = z.number().int().optional()
const counts = z.object({ applied: count, failed: count, in_doubt: count, context: count })

export const TimelineView = z
  .object({
    since: schemas.timestamp.nullable().openapi({ description: 'Null: nothing matches.' }),
    step: z.number().openapi({ description: 'The length of each span, in ms.' }),
    spans: z.array(counts).openapi({
      description: 'Entries by verdict; what is none is left out.',
    }),
    next: z
      .string()
      .nullable()
      .openapi({
        description:
          'Null: all that match are counted. Otherwise hand it back as `after`, where the filter has no ' +
          '`since` or `until` with those of the spans, and add what comes.',
      }),
    reached: schemas.timestamp.nullable().openapi({
      description: 'All that match are counted back to then; null: all are.',
    }),
  })
  .openapi('Timeline')

export const EntryAttempt = attempts.AttemptView.extend({ run: z.number().int() }).openapi(
  'EntryAttempt',
)

export const LiveQuery = filters.FilterQuery.extend({
  columns: entries.PageQuery.shape.columns,
  after_id: filters.IdNumber.optional().openapi({
    description: 'Entries with a higher id are new. Default: those that come from now on.',
  }),
})

export const lookingRoutes = {
  search: createRoute({
    ...needs('read'),
    operationId: 'searchEntries',
    tags: ['Entries'],
    method: 'get',
    path: '/api/search',
    summary: 'Look for entries as long as there is time for',
    description:
      'Answers within a fraction of a second what it found, whatever is looked for among however many ' +
      'entries: ask again with `next` until it is null, or no more.',
    request: { query: SearchQuery },
    responses: { 200: json(SearchPage, 'What was found in it.'), ...problems },
  }),
  timeline: createRoute({
    ...needs('read'),
    operationId: 'readTimeline',
    tags: ['Entries'],
    method: 'get',
    path: '/api/timeline',
    summary: 'How many entries arrived over time, by verdict',
    request: { query: TimelineQuery },
    responses: { 200: json(TimelineView, 'The counts.'), ...problems },
  }),
  attemptsOfEntry: createRoute({
    ...needs('read'),
    operationId: 'listAttemptsOfEntry',
    tags: ['Entries'],
    method: 'get',
    path: '/api/entries/{id}/attempts',
    summary: 'What became of an entry in all replays, the latest first',
    request: {
      params: z.object({ id: filters.IdNumber }),
      query: z.strictObject({ limit: filters.PageSize }),
    },
    responses: {
      200: json(z.object({ attempts: z.array(EntryAttempt) }), 'The attempts.'),
      ...problemsOfOne,
    },
  }),
  live: createRoute({
    ...needs('read'),
    operationId: 'followEntries',
    tags: ['Entries'],
    method: 'get',
    path: '/api/live',
    summary: 'New entries, as server-sent events',
    description:
      'Each event `entries` has a JSON array of entries in the order of their ids, and the highest ' +
      'as its id, from which a browser goes on by itself. An event `ready` says where it begins.',
    request: {
      query: LiveQuery,
      headers: z.object({
        'last-event-id': z.string().optional().openapi({
          description:
            'Of the last event that came, where a stream was broken: it goes on from there.',
        }),
      }),
    },
    responses: {
      200: events('The events.'),
      ...problems,
    },
  }),
}

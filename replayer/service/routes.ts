import { createRoute, z } from '@hono/zod-openapi'
import { SIDES } from '../../journal/entry.ts'
import { COPY_FORMS } from '../copies.ts'
import { needs } from './door/needs.ts'
import {
  always,
  given,
  json,
  ofAny,
  ofBody,
  problems,
  problemsOfOne,
  tag,
  unchanged,
} from './responses.ts'
import * as attempts from './attempt-schemas.ts'
import * as entries from './entry-schemas.ts'
import * as filters from './filter-schemas.ts'
import { DrivenRun, RunQuery, ValuesView } from './run-schemas.ts'
import * as schemas from './schemas.ts'

// Every route of the service: what it takes and gives, and which role it needs.

const idParam = z.object({ id: filters.IdNumber })
const known = z.object({
  'if-none-match': z.string().optional().openapi({ description: 'An ETag that was answered.' }),
})
const pageOfAttempts = z.strictObject({
  outcome: filters.list(filters.wordAmong(attempts.OUTCOMES), 'Outcomes.', 'differs,failed'),
  after: filters.PlaceInRun.optional(),
  limit: filters.PageSize,
})
const pageOfAliases = z.strictObject({
  entry: filters.IdNumber.optional().openapi({
    description: 'All that its answer had, in place of a page.',
  }),
  after: filters.PlaceInRun.optional(),
  limit: filters.PageSize,
})

export const routes = {
  health: createRoute({
    operationId: 'readHealth',
    tags: ['Health'],
    method: 'get',
    path: '/health',
    summary: 'Whether the service answers',
    responses: {
      200: json(z.object({ status: z.literal('ok'), version: z.string() }), 'It does.'),
      ...ofAny,
    },
  }),
  healthz: createRoute({
    operationId: 'readLiveness',
    tags: ['Health'],
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is alive, whatever it lacks',
    responses: { 200: json(z.object({ status: z.literal('ok') }), 'It is.'), ...ofAny },
  }),
  readyz: createRoute({
    operationId: 'readReadiness',
    tags: ['Health'],
    method: 'get',
    path: '/readyz',
    summary: 'Whether the service can do its work, and what exactly is not ready',
    responses: {
      200: json(schemas.Readiness, 'It can.'),
      503: json(schemas.Readiness, 'It cannot, for what is not ready.'),
      ...ofAny,
    },
  }),
  metrics: createRoute({
    ...needs('read'),
    operationId: 'readMetrics',
    tags: ['Health'],
    method: 'get',
    path: '/metrics',
    summary: 'Figures for Prometheus, in its own format or (Accept) that of OpenMetrics',
    responses: {
      200: {
        description: 'The figures.',
        content: {
          'text/plain': { schema: z.string() },
          'application/openmetrics-text': { schema: z.string() },
        },
      },
      ...{ ...ofAny, 401: always[401] },
    },
  }),
  problems: createRoute({
    operationId: 'listProblems',
    tags: ['Health'],
    method: 'get',
    path: '/problems',
    summary: 'What the types of problems mean (RFC 9457)',
    responses: { 200: json(schemas.ProblemTypes, 'All there are.'), ...ofAny },
  }),
  listStreams: createRoute({
    ...needs('read'),
    operationId: 'listStreams',
    tags: ['Streams'],
    method: 'get',
    path: '/api/streams',
    summary: 'The streams of the journal',
    responses: {
      200: json(z.object({ streams: z.array(schemas.StreamView) }), 'By name.'),
      ...always,
    },
  }),
  clearStream: createRoute({
    ...needs('admin'),
    operationId: 'clearStream',
    tags: ['Streams'],
    method: 'delete',
    path: '/api/streams/{stream}/entries',
    summary: 'Remove every entry, run and attempt of a stream',
    request: {
      params: z.object({ stream: filters.StreamName }),
      body: given(schemas.Confirmation),
    },
    responses: {
      200: json(schemas.Removed, 'How many entries went.'),
      ...problemsOfOne,
      ...ofBody,
    },
  }),
  listEntries: createRoute({
    ...needs('read'),
    operationId: 'listEntries',
    tags: ['Entries'],
    method: 'get',
    path: '/api/entries',
    summary: 'Entries, a page at a time',
    request: { query: entries.PageQuery },
    responses: { 200: json(entries.EntryPage, 'One page.'), ...problems },
  }),
  readEntry: createRoute({
    ...needs('read'),
    operationId: 'readEntry',
    tags: ['Entries'],
    method: 'get',
    path: '/api/entries/{id}',
    summary: 'One entry with its bodies',
    request: { params: idParam, headers: known },
    responses: {
      200: { ...json(entries.WholeEntry, 'The entry.'), headers: tag() },
      ...unchanged,
      ...problemsOfOne,
    },
  }),
  readBody: createRoute({
    ...needs('read'),
    operationId: 'readBody',
    tags: ['Entries'],
    method: 'get',
    path: '/api/entries/{id}/bodies/{side}',
    summary: 'A recorded body as bytes, of any size',
    description:
      'What was kept of it, with content codings as they were on the wire, or undone. Ends with a ' +
      'broken connection where it is not what its digest or its coding says.',
    request: {
      params: idParam.extend({ side: z.enum(SIDES) }),
      headers: known,
      query: z.strictObject({
        coding: z.enum(['kept', 'undone']).default('kept').openapi({
          description: '`undone`: without its content codings, where those are known.',
        }),
      }),
    },
    responses: {
      200: {
        description: 'The bytes.',
        content: {
          'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
        },
        headers: tag().extend({ 'Content-Disposition': z.string() }),
      },
      ...unchanged,
      ...problemsOfOne,
    },
  }),
  copyEntry: createRoute({
    ...needs('read'),
    operationId: 'copyEntry',
    tags: ['Entries'],
    method: 'get',
    path: '/api/entries/{id}/copies/{form}',
    summary: 'The request of an entry as a command or code that sends it again',
    description:
      'For a shell, or JavaScript. What is not shown of it (the value of a secret, a body that is no text) ' +
      'is named, for somebody to put it there. Control characters are spelt: pasted, they would be keys.',
    request: { params: idParam.extend({ form: z.enum(COPY_FORMS) }) },
    responses: {
      200: { description: 'The text.', content: { 'text/plain': { schema: z.string() } } },
      ...problemsOfOne,
    },
  }),
  labelEntry: createRoute({
    ...needs('replay'),
    operationId: 'labelEntry',
    tags: ['Entries'],
    method: 'patch',
    path: '/api/entries/{id}',
    summary: 'Set or take away the label of an entry',
    request: { params: idParam, body: given(schemas.Label) },
    responses: { 200: json(schemas.Labelled, 'Done.'), ...problemsOfOne, ...ofBody },
  }),
  labelEntries: createRoute({
    ...needs('replay'),
    operationId: 'labelEntries',
    tags: ['Entries'],
    method: 'patch',
    path: '/api/entries',
    summary: 'Set or take away the label of all entries that match',
    request: { query: filters.FilterQuery, body: given(schemas.Label) },
    responses: { 200: json(schemas.Labelled, 'How many changed.'), ...problems, ...ofBody },
  }),
  listLabels: createRoute({
    ...needs('read'),
    operationId: 'listLabels',
    tags: ['Entries'],
    method: 'get',
    path: '/api/labels',
    summary: 'Which labels the entries bear that match, and how many each',
    request: { query: filters.FilterQuery },
    responses: {
      200: json(schemas.LabelCounts, 'The most borne first, a thousand at most.'),
      ...problems,
    },
  }),
  listRuns: createRoute({
    ...needs('read'),
    operationId: 'listRuns',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs',
    summary: 'Replays, the newest first',
    request: { query: RunQuery },
    responses: {
      200: json(z.object({ runs: z.array(attempts.RunView) }), 'One page.'),
      ...problems,
    },
  }),
  readRun: createRoute({
    ...needs('read'),
    operationId: 'readRun',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs/{id}',
    summary: 'One replay',
    request: { params: idParam, headers: known },
    responses: {
      200: { ...json(DrivenRun, 'The run.'), headers: tag() },
      ...unchanged,
      ...problemsOfOne,
    },
  }),
  listAttempts: createRoute({
    ...needs('read'),
    operationId: 'listAttempts',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs/{id}/attempts',
    summary: 'What a replay sent, in order',
    request: { params: idParam, query: pageOfAttempts },
    responses: {
      200: json(z.object({ attempts: z.array(attempts.AttemptView) }), 'One page.'),
      ...problemsOfOne,
    },
  }),
  explainEntry: createRoute({
    ...needs('read'),
    operationId: 'explainEntry',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs/{id}/entries/{entry}/values',
    summary: 'What an entry of a replay made anew and where that was used, and what it used itself',
    description: 'Looks through what all attempts of the run have kept: that takes its time.',
    request: { params: idParam.extend({ entry: filters.IdNumber }) },
    responses: { 200: json(ValuesView, 'Its values.'), ...problemsOfOne },
  }),
  listAliases: createRoute({
    ...needs('read'),
    operationId: 'listAliases',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs/{id}/aliases',
    summary: 'Values that the backend made anew in a replay',
    request: { params: idParam, query: pageOfAliases },
    responses: {
      200: json(z.object({ aliases: z.array(attempts.AliasView) }), 'One page.'),
      ...problemsOfOne,
    },
  }),
}

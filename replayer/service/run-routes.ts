import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './door/needs.ts'
import { events, given, json, ofBody, problemsOfOne, withConflict } from './responses.ts'
import { PlanView } from './plan-schemas.ts'
import * as schemas from './run-schemas.ts'
import { FilterQuery, IdNumber, PageSize, StreamName } from './filter-schemas.ts'
import { Changed } from './schemas.ts'

// The routes that plan, begin and hold runs, and that settle what is in doubt.

const ofRun = { params: z.object({ id: IdNumber }) }

const held = (operationId: string, path: string, summary: string) =>
  createRoute({
    ...{ operationId, path, summary },
    ...needs('replay'),
    tags: ['Runs'],
    method: 'post',
    request: ofRun,
    responses: { 200: json(schemas.DrivenRun, 'The run.'), ...withConflict },
  })

export const runRoutes = {
  plan: createRoute({
    ...needs('read'),
    operationId: 'makePlan',
    tags: ['Runs'],
    method: 'post',
    path: '/api/plans',
    summary: 'What a run would send, in which order, and what is left out',
    request: { body: given(schemas.PlanWish) },
    responses: {
      200: json(PlanView, 'The plan. Nothing is sent.'),
      ...problemsOfOne,
      ...ofBody,
    },
  }),
  start: createRoute({
    ...needs('replay'),
    operationId: 'startRun',
    tags: ['Runs'],
    method: 'post',
    path: '/api/runs',
    summary: 'Replay a selection of entries to a target',
    description:
      'Answers when it has begun. How its requests are compared, renamed and signed is said by the ' +
      'settings of the service. Rules of compaction that were not verified are refused.',
    request: { body: given(schemas.RunWish) },
    responses: {
      201: {
        ...json(schemas.DrivenRun, 'It has begun.'),
        headers: z.object({ Location: z.string() }),
      },
      ...withConflict,
      ...ofBody,
    },
  }),
  resume: createRoute({
    ...needs('replay'),
    operationId: 'resumeRun',
    tags: ['Runs'],
    method: 'post',
    path: '/api/runs/{id}/resume',
    summary: 'Go on with a run that was stopped, or whose process died',
    request: { ...ofRun, body: given(schemas.ResumeWish) },
    responses: { 200: json(schemas.DrivenRun, 'It goes on.'), ...withConflict, ...ofBody },
  }),
  pause: held('pauseRun', '/api/runs/{id}/pause', 'Let a run stand still'),
  goOn: held('continueRun', '/api/runs/{id}/continue', 'Let a run that stands still go on'),
  stop: held('stopRun', '/api/runs/{id}/stop', 'Stop a run; it can be resumed'),
  events: createRoute({
    ...needs('read'),
    operationId: 'watchRun',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs/{id}/events',
    summary: 'How a run goes on, as server-sent events',
    description:
      'An event `run` with the run, at first and whenever it changed, until it has ended; of any ' +
      'run, whoever drives it.',
    request: ofRun,
    responses: {
      200: events('The events.'),
      ...problemsOfOne,
    },
  }),
  compare: createRoute({
    ...needs('read'),
    operationId: 'compareRuns',
    tags: ['Runs'],
    method: 'get',
    path: '/api/runs/{id}/against/{other}',
    summary: 'Where two runs of a stream came out differently, entry by entry',
    description:
      'By outcome, status, and what was kept of the bodies, byte for byte: what a backend makes ' +
      'anew is another one each time.',
    request: {
      params: z.object({ id: IdNumber, other: IdNumber }),
      query: z.strictObject({
        by: z.enum(['any', 'outcome']).default('any').openapi({
          description: '`outcome`: only where the outcomes are two.',
        }),
        after: IdNumber.optional(),
        limit: PageSize,
      }),
    },
    responses: {
      200: json(z.object({ contrasts: z.array(schemas.ContrastView) }), 'One page.'),
      ...problemsOfOne,
    },
  }),
  settleEntry: createRoute({
    ...needs('replay'),
    operationId: 'settleEntry',
    tags: ['Entries'],
    method: 'put',
    path: '/api/entries/{id}/settlement',
    summary: 'Say whether an entry in doubt was applied, or take that back',
    request: { ...ofRun, body: given(schemas.Settlement) },
    responses: { 200: json(Changed, 'Done.'), ...withConflict, ...ofBody },
  }),
  settleEntries: createRoute({
    ...needs('replay'),
    operationId: 'settleEntries',
    tags: ['Streams'],
    method: 'put',
    path: '/api/streams/{stream}/settlement',
    summary: 'The same of all entries of a stream that are in doubt and match',
    request: {
      params: z.object({ stream: StreamName }),
      query: FilterQuery.omit({ verdict: true, settled: true, stream: true }),
      body: given(schemas.Settlement),
    },
    responses: { 200: json(Changed, 'How many changed.'), ...problemsOfOne, ...ofBody },
  }),
}

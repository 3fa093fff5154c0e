import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './door/needs.ts'
import { EpochView, EpochWish, RestoreWish } from './epoch-schemas.ts'
import { EpochNumber, PageSize, StreamName } from './filter-schemas.ts'
import {
  always,
  events,
  given,
  json,
  ofBody,
  problems,
  problemsOfOne,
  withConflict,
} from './responses.ts'

// The lives of backends: looked at, followed, and what somebody may say of them.

const ofStream = z.object({ stream: StreamName })
const ofOne = ofStream.extend({ number: EpochNumber })
const epochs = z.object({ epochs: z.array(EpochView) })

export const epochRoutes = {
  newest: createRoute({
    ...needs('read'),
    operationId: 'listNewestEpochs',
    tags: ['Epochs'],
    method: 'get',
    path: '/api/epochs',
    summary: 'The newest life of the backend of each stream',
    description: 'Of streams whose recorders keep to epochs (--restore).',
    responses: { 200: json(epochs, 'By stream.'), ...always },
  }),
  events: createRoute({
    ...needs('read'),
    operationId: 'watchEpochs',
    tags: ['Epochs'],
    method: 'get',
    path: '/api/epochs/events',
    summary: 'The same as server-sent events',
    description: 'An event `epochs` with all of them, at first and whenever one changed.',
    responses: { 200: events('The events.'), ...always },
  }),
  list: createRoute({
    ...needs('read'),
    operationId: 'listEpochs',
    tags: ['Epochs'],
    method: 'get',
    path: '/api/streams/{stream}/epochs',
    summary: 'The lives of the backend of a stream, the newest first',
    request: {
      params: ofStream,
      query: z.strictObject({ before: EpochNumber.optional(), limit: PageSize }),
    },
    responses: { 200: json(epochs, 'One page.'), ...problems },
  }),
  lose: createRoute({
    ...needs('replay'),
    operationId: 'loseEpoch',
    tags: ['Epochs'],
    method: 'post',
    path: '/api/streams/{stream}/epochs',
    summary: 'Say that the backend has lost its state',
    description:
      'Clients are kept away from then on, and it is restored. Said while that is under way it changes nothing.',
    request: { params: ofStream, body: given(EpochWish) },
    responses: { 201: json(EpochView, 'The life that begins.'), ...problemsOfOne, ...ofBody },
  }),
  retry: createRoute({
    ...needs('replay'),
    operationId: 'retryEpoch',
    tags: ['Epochs'],
    method: 'post',
    path: '/api/streams/{stream}/epochs/{number}/retry',
    summary: 'Have one restored again whose restore failed',
    description:
      'By whichever process restores by itself (--restore auto); where none does, it waits to be restored.',
    request: { params: ofOne },
    responses: { 200: json(EpochView, 'It is to be restored.'), ...withConflict },
  }),
  restore: createRoute({
    ...needs('replay'),
    operationId: 'restoreEpoch',
    tags: ['Epochs'],
    method: 'post',
    path: '/api/streams/{stream}/epochs/{number}/restore',
    summary: 'Restore one by this service, as `reprise restore` does',
    description:
      'Where nobody restores by himself (--restore ask), or where that failed. How is a setting of the service: ' +
      'the same as of `reprise restore`. A service that ends leaves it for another to go on.',
    request: { params: ofOne, body: given(RestoreWish) },
    responses: { 202: json(EpochView, 'It has begun.'), ...withConflict, ...ofBody },
  }),
  open: createRoute({
    ...needs('admin'),
    operationId: 'openEpoch',
    tags: ['Epochs'],
    method: 'post',
    path: '/api/streams/{stream}/epochs/{number}/open',
    summary: 'Let clients in as the backend is',
    request: { params: ofOne },
    responses: { 200: json(EpochView, 'It is open.'), ...withConflict },
  }),
}

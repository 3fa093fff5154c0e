import { createRoute, z } from '@hono/zod-openapi'
import { CheckpointSet, CheckpointView, CheckpointWish } from './checkpoint-schemas.ts'
import { needs } from './door/needs.ts'
import { IdNumber, StreamName } from './filter-schemas.ts'
import { given, json, ofBody, problems, problemsOfOne } from './responses.ts'

// Checkpoints of streams: looked at, set and removed.

const ofStream = z.object({ stream: StreamName })

export const checkpointRoutes = {
  list: createRoute({
    ...needs('read'),
    operationId: 'listCheckpoints',
    tags: ['Checkpoints'],
    method: 'get',
    path: '/api/streams/{stream}/checkpoints',
    summary: 'The checkpoints of a stream, the furthest in its order first',
    description: 'Restores begin behind the first one.',
    request: { params: ofStream },
    responses: {
      200: json(z.object({ checkpoints: z.array(CheckpointView) }), 'All of them.'),
      ...problems,
    },
  }),
  set: createRoute({
    ...needs('admin'),
    operationId: 'setCheckpoint',
    tags: ['Checkpoints'],
    method: 'post',
    path: '/api/streams/{stream}/checkpoints',
    summary: 'Say that nothing before a place is needed to restore the backend',
    description:
      'It keeps what it had been sent by then, or was reset on purpose. Restores begin behind the ' +
      'furthest checkpoint; a run does so only where it is asked to.',
    request: { params: ofStream, body: given(CheckpointWish) },
    responses: { 201: json(CheckpointSet, 'It is set.'), ...problemsOfOne, ...ofBody },
  }),
  remove: createRoute({
    ...needs('admin'),
    operationId: 'removeCheckpoint',
    tags: ['Checkpoints'],
    method: 'delete',
    path: '/api/streams/{stream}/checkpoints/{number}',
    summary: 'Remove a checkpoint: what it left out is sent again by restores',
    request: { params: ofStream.extend({ number: IdNumber }) },
    responses: { 200: json(CheckpointView, 'What was removed.'), ...problemsOfOne },
  }),
}

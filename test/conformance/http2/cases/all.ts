import { aborts } from './aborts.ts'
import { earlyAnswers, interimAnswers, limits, windows } from './flow.ts'
import { grpc } from './grpc.ts'
import { malformed } from './malformed.ts'
import { passing } from './passing.ts'
import { upstreamFrames } from './upstream-frames.ts'
import type { Http2Case, UpstreamCase } from '../stand.ts'

/** Played before an upstream of HTTP/1.1, and before one of HTTP/2. */
export const CLIENT_CASES: readonly Http2Case[] = [
  ...malformed,
  ...passing,
  ...interimAnswers,
  ...earlyAnswers,
  ...windows,
  ...aborts,
  ...limits,
]

/** Those that ask for an upstream of HTTP/2. */
export const UPSTREAM_CASES: readonly UpstreamCase[] = [...upstreamFrames, ...grpc]

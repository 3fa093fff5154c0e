import type { Micros } from '../../journal/entry.ts'
import type { ProblemCode, ProblemSource } from '../../journal/problem.ts'
import type { WorkerHealth } from '../../proxy/group-health.ts'
import type { ServerIdentity } from '../../proxy/server.ts'
import type { ClockStep, SharedTime } from '../../proxy/shared-clock.ts'
import type { Family } from '../../telemetry/family.ts'
import type { Database, DatabaseSettings } from '../database.ts'
import type { ProxySettings } from '../proxy-settings.ts'

// What the primary and a worker say to each other. Values are copied as structuredClone does it.

/**
 * With what a worker begins. It reads no argument, variable, settings file or certificate by itself:
 * one that is started again, hours later, must be like the others.
 */
export interface Begin {
  kind: 'begin'
  /** From 1. */
  worker: number
  settings: ProxySettings & DatabaseSettings
  target: string
  /** Null where nothing is recorded. */
  database: Pick<Database, 'url' | 'connections' | 'limits'> | null
  /** Null where clients talk HTTP. */
  identity: ServerIdentity | null
  time: SharedTime
}

/** What a worker is asked, and what it answers. */
export interface Answers {
  health: WorkerHealth
  metrics: Family[]
}

export type Question = keyof Answers

export type ToWorker =
  | Begin
  /** It is to end in order. */
  | { kind: 'end' }
  /** New connections get this one. */
  | { kind: 'identity'; identity: ServerIdentity }
  /** The clocks of all take this step. */
  | { kind: 'step'; step: ClockStep }
  /** To `pass`: all know of the step; so much of it is due to the one who asked. */
  | { kind: 'passed'; id: number; moved: Micros }
  | { kind: 'question'; id: number; question: Question }

export type FromWorker =
  /** It listens to what it is told; before that, words are lost. */
  | { kind: 'here' }
  | { kind: 'serving'; url: string }
  /** Why it cannot start, or did not end in order. */
  | { kind: 'failed'; failure: Failure }
  /** The clocks of all must pass a moment. */
  | { kind: 'pass'; id: number; moment: Micros }
  | { kind: 'answer'; id: number; answer: Answers[Question] }

/** A Problem, or what nobody expected. */
export type Failure =
  | {
      code: ProblemCode
      message: string
      source: ProblemSource
      retryable: boolean
      hint: string | undefined
    }
  | { unexpected: string }

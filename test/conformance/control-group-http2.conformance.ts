import { describe, expect, inject, test } from 'vitest'
import { CONTROLS, locate, type Control } from './control-group.ts'
import { CLIENT_CASES, UPSTREAM_CASES } from './http2/cases/all.ts'
import { grpc } from './http2/cases/grpc.ts'
import { Http1Upstream } from './http2/http1-upstream.ts'
import { Http2Upstream } from './http2/http2-upstream.ts'
import { Http2Stage, type Http2Case, type UpstreamCase } from './http2/stand.ts'
import { controlToHttp1, controlToHttp2 } from './http2/subjects.ts'
import type { Upstream } from './http2/upstream.ts'
import { noteOutcome } from './outcomes.ts'
import { Origin } from './origin.ts'

/** For one case, in ms: what fails here often just hangs. */
const PATIENCE = 700

/** For one that nobody passed, which a busy machine may have kept from it. */
const LONG_PATIENCE = 4_000

/** How often such a one is played again: what they do may hang on how the bytes fall into reads. */
const TRIES = 3

const ALL_CASES: readonly UpstreamCase[] = [...CLIENT_CASES, ...UPSTREAM_CASES]

/** By name, who passed it, with either upstream. */
const passed = new Map<string, Set<Control>>()

describe.concurrent('the control group of HTTP/2', () => {
  test.each(CONTROLS)('%s', async (control) => {
    const program = await locate(control).catch((error: Error) => error)
    if (program instanceof Error) {
      noteOutcome(inject('outcomes'), { subject: control, missing: program.message })
      return
    }
    const stages = await open(control, program, PATIENCE)
    for (const one of CLIENT_CASES) {
      await noted(control, `${control}, HTTP/2 to HTTP/1.1`, one, () => stages.toHttp1.play(one))
    }
    for (const one of casesToHttp2(control)) {
      await noted(control, `${control}, HTTP/2 to HTTP/2`, one, () => stages.toHttp2.play(one))
    }
    await close(stages)
  })
})

describe('the cases of HTTP/2', () => {
  test('that nobody passes say why they are right', async () => {
    if (passed.size === 0) return
    const doubtful = ALL_CASES.filter(({ name, alone }) => alone === undefined && !passed.has(name))
    const failing: string[] = []
    for (const one of doubtful) if (!(await passesAgain(one))) failing.push(one.name)
    expect(failing).toEqual([])
  })

  test('have names of their own', () => {
    expect(new Set(ALL_CASES.map(({ name }) => name)).size).toBe(ALL_CASES.length)
    expect(ALL_CASES.length).toBeGreaterThanOrEqual(200)
  })
})

/** What nginx has for an upstream of HTTP/2 is for gRPC alone. */
function casesToHttp2(control: Control): readonly UpstreamCase[] {
  return control === 'nginx' ? grpc : ALL_CASES
}

async function open(control: Control, program: string, patience: number) {
  const http1: Upstream = new Http1Upstream(await Origin.listen())
  const http2 = await Http2Upstream.listen()
  return {
    toHttp1: await Http2Stage.of(http1, controlToHttp1(control, program), patience),
    toHttp2: await Http2Stage.of(http2, controlToHttp2(control, program), patience),
  }
}

async function close({ toHttp1, toHttp2 }: Awaited<ReturnType<typeof open>>): Promise<void> {
  await toHttp1.close()
  await toHttp2.close()
}

async function passesAgain(one: UpstreamCase): Promise<boolean> {
  for (const control of CONTROLS) {
    const stages = await open(control, await locate(control), LONG_PATIENCE)
    const isOfClient = CLIENT_CASES.some(({ name }) => name === one.name)
    const plays = [
      ...(isOfClient ? [() => stages.toHttp1.play(one)] : []),
      ...(casesToHttp2(control).includes(one) ? [() => stages.toHttp2.play(one)] : []),
    ]
    const passed = await someResolves(plays.flatMap((play) => Array(TRIES).fill(play)))
    await close(stages)
    if (passed) return true
  }
  return false
}

/** Plays one after the other until one passes. */
async function someResolves(plays: readonly (() => Promise<void>)[]): Promise<boolean> {
  for (const play of plays) {
    const passed = await play().then(
      () => true,
      () => false,
    )
    if (passed) return true
  }
  return false
}

async function noted(
  control: Control,
  subject: string,
  { section, name }: Http2Case | UpstreamCase,
  play: () => Promise<void>,
): Promise<void> {
  const failure = await play().then(
    () => null,
    (error: Error) => error.message,
  )
  noteOutcome(inject('outcomes'), { subject, section, name, failure })
  if (failure === null) passed.set(name, (passed.get(name) ?? new Set()).add(control))
}

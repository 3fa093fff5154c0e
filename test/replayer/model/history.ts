import fc from 'fast-check'
import type { Micros } from '../../../journal/entry.ts'
import { Chance } from '../../loop/chance.ts'
import { anyActs, type Act } from './acts.ts'
import { Backend } from './backend.ts'
import { Board } from './board.ts'
import type { Ask } from './caller.ts'
import { Client } from './client.ts'
import { Recorder, type Exchange } from './recorder.ts'
import { SimulatedTime } from './simulated-time.ts'
import { anyWorld, type World } from './world.ts'

/** What a test makes up: an application, and what its clients do. */
export interface History {
  world: World
  clients: Act[][]
  /** Of processes that record side by side. */
  recorders: number
  seed: number
}

export function anyHistory(leftOut: readonly Act['what'][]): fc.Arbitrary<History> {
  return fc.record({
    world: anyWorld,
    clients: fc.array(anyActs(leftOut), { minLength: 2, maxLength: 20 }),
    recorders: fc.constantFrom(1, 1, 3),
    seed: fc.noShrink(fc.nat(2 ** 31 - 1)),
  })
}

/** A Thursday at noon. */
const START: Micros = Date.UTC(2026, 0, 15, 12) * 1000

/** The same, once it has happened. */
export interface Happened {
  exchanges: Exchange[]
  recorder: Recorder
  backend: Backend
}

/** Lets the clients do it, all at once, through a recorder. */
export async function happen({ world, clients, recorders, seed }: History): Promise<Happened> {
  const time = new SimulatedTime(START)
  const chance = new Chance(seed)
  const backend = new Backend(world, time, seed + 1)
  const recorder = new Recorder()
  const exchanges: Exchange[] = []
  const board = new Board()
  const ask: Ask = async (asked) => {
    await time.pass(1 + chance.below(3_000))
    const arrivedAt = START + time.now
    const answered = await backend.answer(asked)
    const process = `process ${1 + chance.below(recorders)}`
    const exchange = { arrivedAt, answeredAt: START + time.now, recorder: process, asked, answered }
    exchanges.push(exchange)
    recorder.see(exchange)
    await time.pass(1 + chance.below(3_000))
    return answered
  }
  const users = clients.map((_, i) => new Client(`user${i + 1}`, world, board, time, ask))
  await time.until(Promise.all(users.map((user, i) => user.run(clients[i]!))))
  return { exchanges, recorder, backend }
}

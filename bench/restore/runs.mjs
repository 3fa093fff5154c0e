// Who restores, and what is held against it: each run is a process of its own.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { interrupted } from '../processes.mjs'
import { CLIENTS } from './recording.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const WRK_SECONDS = 5

/**
 * One `reprise replay` of the first so many entries to an origin that is empty, from its start to
 * its end: `{ rate, cpu, megabytes, heap }`, CPU in microseconds an entry. Throws where it did not
 * restore all of it.
 */
export async function replay({ cli, journal, folder, origin, nodeArguments = [] }, work) {
  await ask(origin, '/bench/reset')
  const began = performance.now()
  const { stdout, stderr } = await run([
    ...[process.execPath, '--import', path.join(here, 'usage-at-end.mjs'), ...nodeArguments, cli],
    ...['replay', '--database-url', journal.url, '--data-dir', folder, '--stream', work.stream],
    ...['--base-url', origin.address, '--id-to', String(work.idTo), '--yes', '--json'],
    ...(work.order === 'serial' ? ['--serial'] : ['--concurrency', String(CLIENTS)]),
  ])
  const elapsed = (performance.now() - began) / 1000
  const { outcomes } = JSON.parse(stdout)
  const state = await ask(origin, '/bench/state')
  const wanted = { ...work.made, wrong: 0, unknown: 0 }
  if (outcomes.same !== work.count || JSON.stringify(state) !== JSON.stringify(wanted)) {
    const found = JSON.stringify({ outcomes, state, wanted })
    throw new Error(`it is not what was recorded: ${found}`)
  }
  return { rate: work.count / elapsed, ...usageOf(stderr, work) }
}

/** One `reprise plan` of them: the same, but for the rate. */
export async function planned({ cli, journal }, work) {
  const { stderr } = await run(
    [
      ...[process.execPath, '--import', path.join(here, 'usage-at-end.mjs'), cli, 'plan', '--json'],
      ...['--database-url', journal.url, '--stream', work.stream, '--id-to', String(work.idTo)],
    ],
    'ignore',
  )
  return usageOf(stderr, work)
}

function usageOf(stderr, { count }) {
  const { cpu, ...memory } = JSON.parse(stderr.trim().split('\n').at(-1))
  return { cpu: (cpu / count) * 1e6, ...memory }
}

/** What wrk reaches with the same requests. */
export async function wrk({ program, requests }, origin) {
  await ask(origin, '/bench/reset')
  const { stdout } = await run([
    // On a busy machine an answer may take longer than the two seconds that it would wait.
    ...[program, '-t1', `-c${CLIENTS}`, `-d${WRK_SECONDS}s`, '--timeout', '60s'],
    ...['-s', path.join(here, 'requests.lua'), origin.address, '--', requests],
  ])
  const { requests: answered, elapsed, failed } = JSON.parse(stdout.trim().split('\n').at(-1))
  if (failed > 0) throw new Error(`wrk: ${failed} of ${answered} failed`)
  return { rate: answered / elapsed }
}

/** What a bare loop of undici reaches. */
export async function undiciLoop(undici, origin, { count, seed, recorded }) {
  await ask(origin, '/bench/reset')
  const plan = { address: origin.address, undici, count, seed, recorded }
  const { stdout } = await run([
    ...[process.execPath, path.join(here, 'loop.mjs'), JSON.stringify(plan)],
  ])
  return { rate: count / JSON.parse(stdout).elapsed }
}

/** What planning and aliases cost: see thinking.mjs. */
export async function think(plan) {
  const { stdout } = await run([
    ...[process.execPath, path.join(here, 'thinking.mjs'), JSON.stringify(plan)],
  ])
  return JSON.parse(stdout)
}

/** Where wrk is, taken from Debian's package where it is not installed; throws why it cannot be had. */
export async function findWrk() {
  const script = path.join(here, '../../test/real/debian-program.sh')
  try {
    return (await promisify(execFile)('/bin/sh', [script, 'wrk', 'wrk'])).stdout.trim()
  } catch (error) {
    throw new Error(error.stderr?.trim() || error.message, { cause: error })
  }
}

async function run([program, ...args], output = 'pipe') {
  interrupted.throwIfAborted()
  const child = spawn(program, args, { stdio: ['ignore', output, 'pipe'] })
  const stop = () => child.kill('SIGKILL')
  interrupted.addEventListener('abort', stop)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (bytes) => (stdout += bytes))
  child.stderr.on('data', (bytes) => (stderr += bytes))
  const [code] = await once(child, 'close')
  interrupted.removeEventListener('abort', stop)
  if (code !== 0)
    throw new Error(`${path.basename(program)} ended with ${code}: ${stderr.slice(-2000)}`)
  return { stdout, stderr }
}

async function ask({ address }, target) {
  return (await fetch(address + target)).json()
}

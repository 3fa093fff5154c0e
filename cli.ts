#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { main } from './cli/main.ts'

const stop = new AbortController()
// As many wait for it as requests are out, or questions were asked.
setMaxListeners(0, stop.signal)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first asks for an orderly end, the second forces it.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(signal)
  })
}

// Whoever has a use for SIGHUP says so; else it is what a terminal sends when it closes.
const hangUps: (() => void)[] = []
process.on('SIGHUP', () => {
  if (hangUps.length === 0) stop.abort('SIGHUP')
  for (const listener of hangUps) listener()
})

// npm and npx do not pass SIGTERM on: when the one that started this is gone, so is the wish for it.
if (process.env['npm_lifecycle_event'] !== undefined) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stop.abort('SIGTERM')
  }, 500)
  watch.unref()
}

// Whoever reads the output may leave (`| head`): that must end no proxy and no run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  onHangUp: (listener) => void hangUps.push(listener),
})

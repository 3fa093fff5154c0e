#!/usr/bin/env node
import { main } from './cli/main.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first asks for an orderly end, the second forces it.
    if (stop.signal.aborted) process.exit(130)
    stop.abort(signal)
  })
}

// Whoever reads the output may leave (`| head`): that must end no proxy and no run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  onHangUp: (listener) => process.on('SIGHUP', listener),
})

// Where a process of a worker begins; cli/workers/group.ts starts it.

// Signals are for the primary, which tells its workers in its own order. A terminal or a container
// sends them to all of a group, and a worker would end while others still count on it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

// Whoever reads the log may leave.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

// Only then what takes a while to load.
const { work } = await import('./recording-worker.ts')
process.exitCode = await work()

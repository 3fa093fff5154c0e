import type { Command } from './command.ts'

export interface ListedCommand {
  /** One line: what it is for. */
  summary: string
  /** Loaded only when it is asked for: a command does not pay for what the others import. */
  load: () => Promise<Command>
}

/** Every command by name, in the order of the help. */
export const commands: Readonly<Record<string, ListedCommand>> = {
  up: {
    summary: 'all in one: PostgreSQL, the proxy, the service, and a simulator to try it on',
    load: async () => (await import('./commands/up.ts')).upCommand,
  },
  proxy: {
    summary: 'stand in front of a backend and record what changes it',
    load: async () => (await import('./commands/proxy.ts')).proxyCommand,
  },
  replay: {
    summary: 'send recorded requests again, in order, to a backend',
    load: async () => (await import('./commands/replay.ts')).replayCommand,
  },
  ci: {
    summary: 'test a build against a journal file: start it, replay, compare, report',
    load: async () => (await import('./commands/ci.ts')).ciCommand,
  },
  reproduce: {
    summary: 'send what came before a recorded failure, and see whether it fails again',
    load: async () => (await import('./commands/reproduce.ts')).reproduceCommand,
  },
  aliases: {
    summary: 'show which values a replay put in the place of others, and why it left some',
    load: async () => (await import('./commands/aliases.ts')).aliasesCommand,
  },
  runs: {
    summary: 'list replays, or hold two of them against each other',
    load: async () => (await import('./commands/runs.ts')).runsCommand,
  },
  minimise: {
    summary: 'find the few requests that a recorded failure needs, as a script and a test',
    load: async () => (await import('./commands/minimise.ts')).minimiseCommand,
  },
  plan: {
    summary: 'show what a replay would send, in which order, and why',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  'in-doubt': {
    summary: 'list the requests whose outcome is unknown, settle them, or ask the backend',
    load: async () => (await import('./commands/in-doubt.ts')).inDoubtCommand,
  },
  restore: {
    summary: 'put back the state of a backend that lost it, or let clients in without',
    load: async () => (await import('./commands/restore.ts')).restoreCommand,
  },
  lost: {
    summary: 'say that the backend has lost its state, so that it is restored',
    load: async () => (await import('./commands/lost.ts')).lostCommand,
  },
  checkpoint: {
    summary: 'say that nothing before a place in the recording is needed any more',
    load: async () => (await import('./commands/checkpoint.ts')).checkpointCommand,
  },
  compact: {
    summary: 'show that rules leave out of a restore only what makes no difference',
    load: async () => (await import('./commands/compact.ts')).compactCommand,
  },
  epochs: {
    summary: 'list the lives of a backend, and how its state was put back in each',
    load: async () => (await import('./commands/epochs.ts')).epochsCommand,
  },
  state: {
    summary: "keep what read requests show of the backend's state, or compare with it",
    load: async () => (await import('./commands/state.ts')).stateCommand,
  },
  entries: {
    summary: 'list what was recorded, show one, follow what comes, set labels',
    load: async () => (await import('./commands/entries.ts')).entriesCommand,
  },
  timeline: {
    summary: 'show how many entries arrived over time, by verdict',
    load: async () => (await import('./commands/timeline.ts')).timelineCommand,
  },
  standing: {
    summary: 'show recorders, their leases and spools, and what the journal holds and takes',
    load: async () => (await import('./commands/standing.ts')).standingCommand,
  },
  export: {
    summary: 'write what was recorded to a file, to keep, to commit or to hand on',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  import: {
    summary: 'put the entries of a file into a stream',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  diff: {
    summary: 'tell what two journal files do not have in common',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  clear: {
    summary: 'remove all that was recorded of a stream',
    load: async () => (await import('./commands/clear.ts')).clearCommand,
  },
  audit: {
    summary: 'prove from the journal that nothing is missing, and show what is',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  trail: {
    summary: 'show who changed what, when and from where',
    load: async () => (await import('./commands/trail.ts')).trailCommand,
  },
  serve: {
    summary: 'serve the journal over HTTP: entries, labels, runs',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  keys: {
    summary: 'list, rotate and renew the keys with which secrets are sealed',
    load: async () => (await import('./commands/keys.ts')).keysCommand,
  },
  token: {
    summary: 'make a token for somebody who is to use the service',
    load: async () => (await import('./commands/token.ts')).tokenCommand,
  },
  simulator: {
    summary: 'run a backend that forgets everything, to try reprise on',
    load: async () => (await import('./commands/simulator.ts')).simulatorCommand,
  },
  migrate: {
    summary: 'bring the schema of the journal up to date (the others do so too when they start)',
    load: async () => (await import('./commands/migrate.ts')).migrateCommand,
  },
  demo: {
    summary: 'tell the whole story on the terminal: record, lose, restore',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
}

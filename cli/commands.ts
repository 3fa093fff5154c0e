import type { Command } from './command.ts'
import { demoCommand } from './commands/demo.ts'
import { migrateCommand } from './commands/migrate.ts'
import { proxyCommand } from './commands/proxy.ts'
import { replayCommand } from './commands/replay.ts'
import { serveCommand } from './commands/serve.ts'
import { simulatorCommand } from './commands/simulator.ts'
import { upCommand } from './commands/up.ts'

/** Every command by name, in the order of the help. */
export const commands: Readonly<Record<string, Command>> = {
  up: upCommand,
  proxy: proxyCommand,
  replay: replayCommand,
  serve: serveCommand,
  simulator: simulatorCommand,
  migrate: migrateCommand,
  demo: demoCommand,
}

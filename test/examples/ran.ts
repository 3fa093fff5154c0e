import { execFile } from 'node:child_process'

/** Runs a program to its end; rejects with all that it said where that is not a good one. */
export function ran(
  program: string,
  args: readonly string[],
  { cwd, env }: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<{ stdout: string }> {
  const all = { ...withoutRunner(process.env), NO_COLOR: '1', ...env }
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { cwd, env: all, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, err) => {
        if (error === null) resolve({ stdout })
        else reject(new Error(`${program} ${args.join(' ')}: ${error.message}\n${stdout}\n${err}`))
      },
    )
  })
}

/** What the runner of these tests says is not meant for that of an example. */
function withoutRunner(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|FORCE_COLOR$|npm_)/.test(name),
    ),
  )
}

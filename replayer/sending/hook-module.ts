import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Problem, codeOf, messageOf } from '../../journal/problem.ts'
import type { Hook } from './hook.ts'

/** A hook module that was read, and the file it is in, as it was given. */
export interface HookModule {
  file: string
  hook: Hook
}

/**
 * Reads a hook module; `file` is looked for from `folder`. Rejects with the Problem `hook_failed`,
 * which names the file and what was expected of it.
 */
export async function loadHook(file: string, folder: string): Promise<HookModule> {
  const path = resolve(folder, file)
  if (!EXTENSIONS.has(extname(path))) {
    throw hookProblem(file, 'expected a .js, .mjs or .ts file', 'rename it, or give another one')
  }
  if (!(await isFile(path))) {
    throw hookProblem(file, `expected a file at ${path}, and there is none`, 'see --hook')
  }
  return { file, hook: hookOf(file, await imported(file, path)) }
}

/** A hook that a program has at hand; `name`: what people are told that it is. Throws likewise. */
export function givenHook(name: string, given: unknown): HookModule {
  return { file: name, hook: hookOf(name, { default: given }) }
}

const EXTENSIONS = new Set(['.js', '.mjs', '.ts', '.mts'])

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function imported(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    if (codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.m?ts$/.test(path)) {
      throw hookProblem(
        file,
        `Node ${process.versions.node} reads no TypeScript`,
        'take Node 22.18 or later, or give it as JavaScript',
        error,
      )
    }
    throw hookProblem(
      file,
      `expected an ES module that loads, but: ${messageOf(error)}`,
      'see that `node FILE` runs it',
      error,
    )
  }
}

/** The default export, or the module itself. */
function hookOf(file: string, module: Record<string, unknown>): Hook {
  const given = 'default' in module ? module['default'] : module
  if (typeof given !== 'object' || given === null) {
    throw hookProblem(file, `expected an object as its default export, got ${kindOf(given)}`, SHAPE)
  }
  const hook = given as Record<string, unknown>
  const known = ['before', 'after'].filter((name) => hook[name] !== undefined)
  if (known.length === 0) {
    const names = Object.keys(hook)
    const got = names.length === 0 ? 'nothing' : names.join(', ')
    throw hookProblem(file, `expected before or after to be exported, got ${got}`, SHAPE)
  }
  for (const name of known) {
    if (typeof hook[name] !== 'function') {
      throw hookProblem(file, `expected ${name} to be a function, got ${kindOf(hook[name])}`, SHAPE)
    }
  }
  return hook
}

const SHAPE =
  'export a function before(request, context), or after(request, answer, context), or both'

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : typeof value
}

export function hookProblem(file: string, message: string, hint: string, cause?: unknown): Problem {
  return new Problem('hook_failed', `the hook '${file}': ${message}`, {
    ...{ source: 'user', hint },
    ...(cause !== undefined && { cause }),
  })
}

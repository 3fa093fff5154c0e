import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { commands } from '../../cli/commands.ts'
import { vocabularyOf } from '../../cli/completion/vocabulary.ts'
import { injected } from './injected.ts'

// Bash itself is asked; zsh and fish are in test/real, as not every machine has them.

const folder = await mkdtemp(join(tmpdir(), 'reprise-completion-'))
afterAll(() => rm(folder, { recursive: true }))
const script = join(folder, 'completion.bash')
await writeFile(script, (await injected(['completion', 'bash'])).stdout)
await writeFile(join(folder, 'a certificate.crt'), '')

/** What bash offers for the last of the words; it parts `--flag=value` at the `=`. */
async function offered(...words: string[]): Promise<string[]> {
  const asked = `
    source "$1"; shift
    COMP_WORDS=(reprise "$@"); COMP_CWORD=$#
    _reprise
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['-uc', asked, 'bash', script, ...words], {
    cwd: folder,
  })
  return stdout.split('\n').filter(Boolean)
}

test('commands are completed', async () => {
  expect(await offered('')).toEqual([...Object.keys(commands), 'help', '--help', '--version'])
  expect(await offered('re')).toEqual(['replay', 'reproduce', 'restore'])
  expect(await offered('help', 'aud')).toEqual(['audit'])
  expect(await offered('no-such-command', '--')).toEqual([])
})

test('flags are completed by their command, short ones too', async () => {
  expect(await offered('proxy', '--durab')).toEqual(['--durability'])
  expect(await offered('proxy', '--config', 'x', '--serv')).toEqual([])
  expect(await offered('audit', '--hel')).toEqual(['--help'])
})

test('values of which there are few are completed', async () => {
  expect(await offered('proxy', '--durability', '')).toEqual(['async', 'commit', 'intent'])
  expect(await offered('proxy', '--durability', 'c')).toEqual(['commit'])
  expect(await offered('proxy', '--durability', '=')).toEqual(['async', 'commit', 'intent'])
  expect(await offered('proxy', '--durability', '=', 'in')).toEqual(['intent'])
  expect(await offered('entries', '--verdict', 'applied', 'f')).toEqual(['failed'])
  // Behind one that takes a single value the next is a flag.
  expect(await offered('proxy', '--durability', 'commit', '--forwarded-')).toEqual([
    '--forwarded-fields',
  ])
})

test('files are, where a file is expected; nothing is, where nobody can know', async () => {
  expect(await offered('proxy', '--tls-cert', 'a')).toEqual(['a certificate.crt'])
  expect(await offered('proxy', '--target', '')).toEqual([])
})

test('a word without a flag is, where it stands', async () => {
  expect(await offered('keys', 'r')).toEqual(['rotate', 'reseal'])
  expect(await offered('completion', 'f')).toEqual(['fish'])
})

test('every flag of every command can be completed, and what is said of it has no line of its own', async () => {
  const { commands: all } = await vocabularyOf(commands)
  const text = (await injected(['completion', 'bash'])).stdout
  for (const { name, flags } of all) {
    const settings = Object.keys((await commands[name]!.load()).settings)
    expect(flags.map((flag) => flag.name)).toEqual([...settings, 'config', 'help'])
    expect(text).toContain(`    ${name})\n`)
    for (const { summary } of flags) expect(summary).toMatch(/^\S[^\n]*$/)
  }
})

test('whoever names no shell is told which there are', async () => {
  const { code, stderr } = await injected(['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(stderr).toContain("--shell: expected one of bash|zsh|fish, got 'tcsh'")
  expect((await injected(['completion'])).stderr).toContain('--shell is missing')
})

import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { injected } from '../cli/injected.ts'
import { emptyFolder } from '../support/folder.ts'

// zsh and fish complete with what is made for them. (Bash is asked in test/cli/completion.)

/** From PATH, or installed: their modules are where Debian has them and nowhere else. */
function shell(name: 'zsh' | 'fish'): string {
  const path = `/usr/bin/${name}`
  if (existsSync(path)) return path
  try {
    apt('install', '-qq', '-y', '--no-install-recommends', name)
  } catch {
    // The lists of packages may be absent, as in images.
    apt('update', '-qq')
    apt('install', '-qq', '-y', '--no-install-recommends', name)
  }
  return path
}

function apt(...argv: string[]): void {
  const asRoot = process.getuid!() === 0 ? [] : ['sudo', '-n']
  const [program = '', ...rest] = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    ...argv,
  ]
  execFileSync(program, rest, { stdio: 'pipe' })
}

async function scriptOf(name: 'zsh' | 'fish'): Promise<string> {
  const script = join(emptyFolder(), `reprise.${name}`)
  const { stdout } = await injected(['completion', name])
  writeFileSync(script, stdout)
  return script
}

test('fish offers commands, flags and values', async () => {
  const fish = shell('fish')
  const script = await scriptOf('fish')
  const offered = (line: string) =>
    execFileSync(fish, ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
      encoding: 'utf8',
      env: { ...process.env, HOME: emptyFolder() },
    })
      .split('\n')
      .map((one) => one.split('\t')[0]!)
      .filter(Boolean)
  expect(offered('reprise rep')).toEqual(['replay', 'reproduce'])
  expect(offered('reprise proxy --durab')).toEqual(['--durability'])
  expect(offered('reprise proxy --durability ')).toEqual(['async', 'commit', 'intent'])
  expect(offered('reprise keys r')).toEqual(['reseal', 'rotate'])
  expect(offered('reprise proxy --serve-l')).toEqual([])
})

/** A terminal of zsh's own, in which the tabulator is pressed, and then return: what the command gets. */
const PRESS_TAB = `
zmodload zsh/zpty
zpty asked zsh -f -i
until_seen() {
  local text all
  while zpty -r asked text; do all+=$text; [[ $all == *$1* ]] && break; done
  print -r -- $all
}
zpty -w asked "autoload -Uz compinit; compinit -u -D; source $1; reprise() { print -r -- got: \\$@ :end }"
zpty -w asked "print rea''dy"
until_seen ready >/dev/null
zpty -w -n asked "$2"$'\t'
zpty -w -n asked $'\n'
until_seen :end
`

test('zsh completes commands, flags and values', async () => {
  const zsh = shell('zsh')
  const script = await scriptOf('zsh')
  execFileSync(zsh, ['-n', script])
  const got = (line: string) => {
    const argv = ['-f', '-c', PRESS_TAB, 'zsh', script, line]
    const shown = execFileSync(zsh, argv, { encoding: 'utf8', timeout: 60_000 })
    return /got: (.*) :end/.exec(shown)?.[1]
  }
  expect(got('reprise tim')).toBe('timeline')
  expect(got('reprise proxy --durabil')).toMatch(/^proxy --durability/)
  expect(got('reprise proxy --durability c')).toBe('proxy --durability commit')
  expect(got('reprise keys rot')).toBe('keys rotate')
})

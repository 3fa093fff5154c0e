import { command, EXIT, type Command } from '../command.ts'
import type { ListedCommand } from '../commands.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { vocabularyOf } from '../completion/vocabulary.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { oneOf } from '../values.ts'

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** Of the commands that there are: those who list them hand them in. */
export function completionCommand(commands: Readonly<Record<string, ListedCommand>>): Command {
  return command({
    settings: {
      shell: oneOf(['bash', 'zsh', 'fish'], 'whose script is printed'),
    },
    words: ['shell'],
    details: `
Prints the script by which the shell completes commands, flags and their values; made from the same tables
that parse them, so make it anew after an update.

  bash   reprise completion bash >~/.local/share/bash-completion/completions/reprise
         or in ~/.bashrc: source <(reprise completion bash)
  zsh    reprise completion zsh >"\${fpath[1]}/_reprise"
  fish   reprise completion fish >~/.config/fish/completions/reprise.fish

Exit codes: 0 printed, 2 wrong settings.

Example:
  source <(reprise completion bash)`,
    missing: ({ shell }) => (shell === undefined ? { shell: 'bash, zsh or fish' } : {}),
    async run({ shell }, { stdout }) {
      stdout.write(SCRIPTS[shell!](await vocabularyOf(commands)))
      return EXIT.ok
    },
  })
}

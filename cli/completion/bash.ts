import { VERSION } from '../version.ts'
import type { CommandWords, Flag, Vocabulary } from './vocabulary.ts'

/**
 * For bash 3.2 and later, without the package bash-completion. Words between the flag that is
 * being answered and the one that is typed are walked over, for a list: `--methods GET POST`.
 */
export function bashCompletion({ commands }: Vocabulary): string {
  const names = commands.map(({ name }) => name).join(' ')
  return `# bash completion of reprise ${VERSION}: reprise completion bash
_reprise() {
  local typed=\${COMP_WORDS[COMP_CWORD]} flag= after=0 i word offered
  COMPREPLY=()
  # '--flag=value' comes as three words.
  [[ $typed == = ]] && typed=
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${names} help --help --version' -- "$typed"))
    return
  fi
  for ((i = COMP_CWORD - 1; i > 1; i--)); do
    word=\${COMP_WORDS[i]}
    [[ $word == = ]] && continue
    if [[ $word == -* ]]; then flag=$word; break; fi
    after=$((after + 1))
  done
  case \${COMP_WORDS[1]} in
    help) offered='${names}' ;;
${commands.map(caseOf).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$typed"))
}
complete -F _reprise reprise
`
}

function caseOf({ name, flags, words }: CommandWords): string {
  const [first] = words
  const all = flags.flatMap(namesOf).join(' ')
  const unnamed = first === undefined || first.choices.length === 0 ? [] : [first]
  return `    ${name})
      case $after$flag in
${flags
  .filter(({ takes }) => takes !== 'nothing')
  .map(answerOf)
  .join('\n')}
      esac
      offered='${all}'
${unnamed.map(offerOf).join('\n')}      ;;`
}

/** What comes behind a flag that takes a value; behind a list, flags may come as well. */
function answerOf({ takes, choices, times, ...flag }: Flag): string {
  const patterns = namesOf(flag).flatMap((name) =>
    times === 'several' ? [`[0-9]${name}`, `[0-9][0-9]${name}`] : [`0${name}`],
  )
  return `        ${patterns.join('|')}) ${ANSWERS[takes](choices)} ;;`
}

const ANSWERS: Readonly<Record<Flag['takes'], (choices: readonly string[]) => string>> = {
  nothing: () => '',
  value: (choices) => `${reply(`-W '${choices.join(' ')}'`)}; [[ $typed == -* ]] || return`,
  file: () => `${FILES}; ${reply('-f')}; return`,
  folder: () => `${FILES}; ${reply('-d')}; return`,
}

/** Names may have blanks in them. */
const FILES = "compopt -o filenames 2>/dev/null; local IFS=$'\\n'"

function reply(what: string): string {
  return `COMPREPLY=($(compgen ${what} -- "$typed"))`
}

/** A word without a flag stands right behind the command. */
function offerOf({ choices }: Flag): string {
  return `      ((COMP_CWORD == 2)) && offered="$offered ${choices.join(' ')}"\n`
}

function namesOf({ name, short }: Pick<Flag, 'name' | 'short'>): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}

import { VERSION } from '../version.ts'
import type { CommandWords, Flag, Vocabulary } from './vocabulary.ts'

/** For zsh's own completion system (compinit): a file _reprise on $fpath, or sourced behind compinit. */
export function zshCompletion({ commands }: Vocabulary): string {
  const names = commands.map(
    ({ name, summary }) => `      ${quoted(`${escaped(name)}:${summary}`)}`,
  )
  return `#compdef reprise
# zsh completion of reprise ${VERSION}: reprise completion zsh
_reprise() {
  local curcontext=$curcontext state line
  local -A opt_args
  if ((CURRENT == 2)); then
    local -a known
    known=(
${names.join('\n')}
      'help:the same as --help'
    )
    _describe -t commands command known
    _arguments '--help[all commands]' '--version[which one it is]'
    return
  fi
  local name=$words[2]
  shift words
  ((CURRENT--))
  case $name in
    help) _values command ${commands.map(({ name }) => name).join(' ')} ;;
${commands.map(caseOf).join('\n')}
  esac
}
if [[ $funcstack[1] == _reprise ]]; then
  _reprise "$@"
else
  compdef _reprise reprise
fi
`
}

function caseOf({ name, flags, words }: CommandWords): string {
  const specs = [...flags.flatMap(flagSpecs), ...words.map(wordSpec)].map(
    (spec) => `        ${quoted(spec)}`,
  )
  return `    ${name})\n      _arguments -s \\\n${specs.join(' \\\n')}\n      ;;`
}

function flagSpecs(flag: Flag): string[] {
  const { name, short, takes, times, summary } = flag
  const star = times === 'several' ? '*' : ''
  const said = `[${escaped(summary)}]${answerOf(flag)}`
  const long = `${star}--${name}${takes === 'nothing' ? '' : '='}${said}`
  return [long, ...(short === undefined ? [] : [`${star}-${short}${said}`])]
}

function wordSpec(flag: Flag): string {
  return `:${answerOf(flag)}`
}

function answerOf({ takes, choices, expects }: Flag): string {
  if (takes === 'nothing') return ''
  const message = `:${escaped(expects)}:`
  if (takes === 'file') return `${message}_files`
  if (takes === 'folder') return `${message}_files -/`
  return choices.length === 0 ? `${message} ` : `${message}(${choices.join(' ')})`
}

/** What has a sense of its own in a spec of _arguments. */
function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

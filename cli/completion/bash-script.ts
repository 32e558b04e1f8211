import type { CompletedCommand } from './describe-commands';

/** The script for bash; it knows every command and option, and leaves values to file names. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const valued = [...new Set(commands.flatMap((command) => command.valued))];
  return `# bash completion for gantry; source <(gantry completion bash)
_gantry() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' options='' word index
  local valued=' ${valued.join(' ')} '
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ $valued == *" $word "* ]]; then
      index=$((index + 1))
    elif [[ $word != -* ]] && _gantry_knows "\${path:+$path }$word"; then
      path="\${path:+$path }$word"
    fi
  done
  COMPREPLY=()
  if [[ $valued == *" \${COMP_WORDS[COMP_CWORD - 1]} "* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  _gantry_words "$path" "$current"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
_gantry_knows() {
  case "$1" in
${commands
  .filter(({ path }) => path !== '')
  .map(({ path }) => `    '${path}') return 0 ;;`)
  .join('\n')}
  esac
  return 1
}
_gantry_words() {
  case "$1" in
${commands.map(wordsCase).join('\n')}
  esac
  case "$2" in
    -*) words="$options" ;;
  esac
}
complete -o filenames -F _gantry gantry
`;
}

function wordsCase({ path, commands, options, choices }: CompletedCommand): string {
  const words = [...commands.map(({ word }) => word), ...choices].join(' ');
  const flags = options.map(({ word }) => word).join(' ');
  return `    '${path}') words='${words}' options='${flags}' ;;`;
}

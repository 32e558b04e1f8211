import type { CompletedCommand, Word } from './describe-commands';

/** The script for zsh, with what each command and option means; values are left to file names. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const valued = [...new Set(commands.flatMap((command) => command.valued))];
  return `#compdef gantry
# zsh completion for gantry; gantry completion zsh > "\${fpath[1]}/_gantry"
_gantry() {
  local place='' word index
  local -a valued known subcommands options
  valued=(${valued.join(' ')})
  known=(${commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => quote(path))
    .join(' ')})
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    if (( \${valued[(Ie)$word]} )); then
      index=$((index + 1))
    elif (( \${known[(Ie)\${place:+$place }$word]} )); then
      place="\${place:+$place }$word"
    fi
  done
  if (( \${valued[(Ie)\${words[CURRENT - 1]}]} )); then
    _files
    return
  fi
  case "$place" in
${commands.map(placeCase).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o option options
  elif (( \${#subcommands} )); then
    _describe command subcommands
  else
    _files
  fi
}
if [ "$funcstack[1]" = _gantry ]; then _gantry "$@"; else compdef _gantry gantry; fi
`;
}

function placeCase({ path, commands, options, choices }: CompletedCommand): string {
  const words = [...commands, ...choices.map((word) => ({ word, meaning: '' }))];
  return `    ${quote(path)})
      subcommands=(${words.map(entry).join(' ')})
      options=(${options.map(entry).join(' ')}) ;;`;
}

/** A colon divides a word from its meaning. */
function entry({ word, meaning }: Word): string {
  const name = word.replaceAll(':', '\\:');
  return quote(meaning === '' ? name : `${name}:${meaning}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

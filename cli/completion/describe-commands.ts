import type { Command, Option } from 'commander';

/** A word that can stand on a command line, and what it means. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** What can follow a command, such as `release create`; the program itself has the path ''. */
export interface CompletedCommand {
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
  /** Options that take a value, which is not ours to complete. */
  readonly valued: readonly string[];
  /** What its first argument can be, where that is a choice. */
  readonly choices: readonly string[];
}

/** Every command of a program with what can follow it; options of the program fit everywhere. */
export function describeCommands(program: Command): CompletedCommand[] {
  const inherited = program.options.filter((option) => option.long !== '--version');
  const describe = (command: Command, path: string): CompletedCommand[] => {
    const options = command === program ? program.options : [...command.options, ...inherited];
    const visible = options.filter((option) => !option.hidden);
    const children = command.commands;
    return [
      {
        path,
        commands: children.map((child) => toWord(child.name(), child.description())),
        options: [...visible.map(optionWord), toWord('--help', 'how it is used')],
        valued: visible.filter((option) => option.required || option.optional).map(flagOf),
        choices: [...(command.registeredArguments[0]?.argChoices ?? [])],
      },
      ...children.flatMap((child) => describe(child, `${path} ${child.name()}`.trim())),
    ];
  };
  return describe(program, '');
}

function optionWord(option: Option): Word {
  return toWord(flagOf(option), option.description);
}

function flagOf(option: Option): string {
  return option.long ?? option.short ?? '';
}

/** Shells show one line. */
function toWord(word: string, meaning: string): Word {
  return { word, meaning: meaning.replaceAll(/\s+/g, ' ').trim() };
}

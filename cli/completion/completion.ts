import { Argument, type Command } from 'commander';
import { describeCommands } from './describe-commands';
import { bashScript } from './bash-script';
import { zshScript } from './zsh-script';

const scripts = { bash: bashScript, zsh: zshScript } as const;

/** `gantry completion bash|zsh`: prints a script that completes commands and options (RUN-15). */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(gantry completion bash)              # for this shell; or add the line to ~/.bashrc
  $ gantry completion zsh > "\${fpath[1]}/_gantry"  # then start a new zsh`,
    )
    .action((shell: keyof typeof scripts) => {
      process.stdout.write(scripts[shell](describeCommands(program)));
    });
}

import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { describeCommands } from '../../../../cli/completion/describe-commands';
import { bashScript } from '../../../../cli/completion/bash-script';
import { zshScript } from '../../../../cli/completion/zsh-script';
import { createProgram } from '../../../../cli/program';
import { runCommand } from '../../../support/run-command';

const commands = describeCommands(createProgram());

/** What bash offers for the last word of a command line. */
function complete(...words: string[]): string[] {
  const line = ['gantry', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${bashScript(commands)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _gantry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: __dirname });
  return out.split('\n').filter((word) => word !== '');
}

describe('gantry completion', () => {
  it('RUN-15 prints what was asked for', async () => {
    const bash = await runCommand(['completion', 'bash'], {});
    const zsh = await runCommand(['completion', 'zsh'], {});
    expect(bash).toMatchObject({ status: 0, stdout: bashScript(commands) });
    expect(zsh).toMatchObject({ status: 0, stdout: zshScript(commands) });
    expect((await runCommand(['completion', 'fish'], {})).status).toBe(2);
  });

  it('RUN-15 completes commands, also behind options', () => {
    expect(complete('rel')).toEqual(['release']);
    expect(complete('release', 'cr')).toEqual(['create']);
    expect(complete('--tenant', 'release', 'release', 'pre')).toEqual(['preview']);
    expect(complete('completion', '')).toEqual(['bash', 'zsh']);
  });

  it('RUN-15 completes the options of a command and of the program', () => {
    expect(complete('package', 'verify', 'june.dp', '--cred')).toEqual(['--credential-file']);
    expect(complete('package', 'verify', '--js')).toEqual(['--json']);
  });

  it('RUN-15 leaves values and arguments to file names', () => {
    expect(complete('package', 'verify', '--credential-file', 'compl')).toEqual([
      'completion.test.ts',
    ]);
    expect(complete('package', 'inspect', 'compl')).toEqual(['completion.test.ts']);
  });

  it('RUN-15 knows every command of the program', () => {
    const count = (command: ReturnType<typeof createProgram>): number =>
      command.commands.reduce((sum, child) => sum + count(child), 1);
    expect(commands).toHaveLength(count(createProgram()));
    for (const { path } of commands) expect(zshScript(commands)).toContain(`'${path}')`);
  });

  const odd = [
    { path: '', commands: [{ word: 'a', meaning: `it's $(x) \`y\`` }], options: [] },
    { path: 'a', commands: [], options: [{ word: '--b', meaning: '"c": d' }] },
  ].map((command) => ({ ...command, valued: [], choices: [] }));

  it.each([
    ['bash', bashScript(odd)],
    ['zsh', zshScript(odd)],
  ])('RUN-15 writes a script that %s can read whatever descriptions say', (shell, script) => {
    const found = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    if (found.error !== undefined) {
      process.stderr.write(`${shell} is not here: its script is not read\n`);
      return;
    }
    expect(found).toMatchObject({ status: 0, stderr: '' });
  });
});

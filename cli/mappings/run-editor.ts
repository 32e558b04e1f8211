import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PipelineError } from '../../client';

/**
 * Opens a file in the person's editor, VISUAL or EDITOR (with options, as a shell reads it), and
 * waits for it to end. On a terminal vi is the default. Throws `EditorFailed`.
 */
export async function runEditor(file: string): Promise<void> {
  const editor = chooseEditor();
  // The name of the file is an argument of its own, so that nothing in it is read as a command.
  const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  const [status] = (await once(child, 'exit').catch((error: unknown) => {
    throw new PipelineError('EditorFailed', { editor }, { cause: error });
  })) as [number | null];
  if (status !== 0) throw new PipelineError('EditorFailed', { editor, status });
}

function chooseEditor(): string {
  for (const name of ['VISUAL', 'EDITOR'] as const) {
    const editor = process.env[name]?.trim() ?? '';
    if (editor !== '') return editor;
  }
  if (process.stdin.isTTY) return 'vi';
  throw new PipelineError('EditorFailed', {
    missing: 'VISUAL or EDITOR, and there is no terminal',
  });
}

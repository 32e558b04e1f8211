import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { PipelineError } from '../../schemas/pipeline-error';

/**
 * The credential in a file, or from stdin for `-`, without the line end after it: a command line is
 * readable by everybody on the machine, so it takes none there (RUN-20).
 */
export async function readCredential(path: string): Promise<string> {
  try {
    const content = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
    return content.replace(/\r?\n$/, '');
  } catch (error) {
    throw new PipelineError('InvalidInput', { credentialFile: path }, { cause: error });
  }
}

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { PipelineError } from '../../client';

/** The text of a public key file, or of stdin for `-`; throws `InvalidInput` where it cannot be read. */
export async function readPublicKeyFile(path: string): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    throw new PipelineError('InvalidInput', { publicKeyFile: path }, { cause: error });
  }
}

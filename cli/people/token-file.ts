import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PipelineError } from '../../schemas/pipeline-error';
import { resolveStackHome, tokenFile, type GlobalOptions } from '../kit/session';

/** Where a token goes. */
export interface TokenFileOptions {
  readonly tokenFile?: string;
  /** Whether a file that is named and exists is replaced. */
  readonly force?: boolean;
}

/** A place for a token, made before the token is, so that no token is made that nobody can keep. */
export interface TokenPlace {
  /** Writes the token, mode 0600, and returns the absolute path; throws `TokenFileUnwritable`. */
  keep(token: string): string;
  /** Removes what was prepared. */
  discard(): void;
}

/**
 * Prepares the file for a person's token: the one that is named, else that of the embedded stack,
 * where `--as` finds it. Throws `TokenFileNeeded`, `TokenFileExists` and `TokenFileUnwritable`.
 */
export function prepareTokenFile(
  options: GlobalOptions & TokenFileOptions,
  person: string,
): TokenPlace {
  const path = choosePath(options, person);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(temporary, 'wx', 0o600));
  });
  return {
    keep(token) {
      attempt(path, () => {
        writeFileSync(temporary, `${token}\n`);
        renameSync(temporary, path);
      });
      return path;
    },
    discard: () => rmSync(temporary, { force: true }),
  };
}

function choosePath(options: GlobalOptions & TokenFileOptions, person: string): string {
  if (options.tokenFile !== undefined) {
    const path = resolve(options.tokenFile);
    if (existsSync(path) && options.force !== true) {
      throw new PipelineError('TokenFileExists', { path });
    }
    return path;
  }
  const home = resolveStackHome(options);
  if (home === undefined) throw new PipelineError('TokenFileNeeded', { person });
  return tokenFile(home, person);
}

function attempt(path: string, body: () => void): void {
  try {
    body();
  } catch (error) {
    throw new PipelineError('TokenFileUnwritable', { path }, { cause: error });
  }
}
